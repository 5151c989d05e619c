import type {KernelBackend, KernelConfig, TensorInfo} from '@tensorflow/tfjs-core';

/**
 * Identity without a copy. TensorFlow.js' wasm backend copies a tensor's values whenever it is cloned, which every
 * recorded convolution does with what its gradient needs; other backends share them.
 */
export const identityConfig = (backendName: string): KernelConfig => ({
  kernelName: 'Identity',
  backendName,
  kernelFunc: ({inputs, backend}) => {
    // The registration boundary: Identity has an input x, and gets the backend as an object of any type.
    const {dataId, shape, dtype} = inputs.x as TensorInfo;
    (backend as KernelBackend).incRef(dataId);
    return {dataId, shape, dtype};
  },
});
