import {copyRegisteredKernels, engine, env, getBackend, getKernel, Tensor} from '@tensorflow/tfjs-core';
import type {KernelConfig, NamedAttrMap, NamedTensorMap, TensorInfo} from '@tensorflow/tfjs-core';
import type {KernelAttrs, KernelInputs, KernelName} from './kernel_names.js';

/**
 * The name under which the portable kernels stand in the TensorFlow.js registry, from where a backend that has no
 * kernels of its own gets them. No backend is called so.
 */
export const PORTABLE = 'tfjs-conv-portable';

/** Gives the backend the portable kernels if it has none of its own. */
export function ensureKernels(backendName: string): void {
  if (getKernel('ConvND', backendName) != null) return;
  copyRegisteredKernels(PORTABLE, backendName);
  if (env().getBool('DEBUG')) {
    console.warn(`tfjs-conv: backend '${backendName}' has no convolution kernels of its own, the portable ones run`);
  }
}

/** Inputs without those that are left out: the engine takes an input for a tensor. */
function present<K extends KernelName>(inputs: KernelInputs<K>): NamedTensorMap {
  // The registration boundary: TensorFlow.js knows inputs as a map. Written out, as a spread takes longer than a kernel.
  const given = inputs as unknown as {readonly [name: string]: Tensor | undefined};
  const tensors: NamedTensorMap = {};
  for (const name of Object.keys(given)) {
    const tensor = given[name];
    if (tensor !== undefined) tensors[name] = tensor;
  }
  return tensors;
}

/** Runs a kernel on the current backend, recorded for gradients. */
export function runKernel<K extends KernelName>(name: K, inputs: KernelInputs<K>, attrs: KernelAttrs<K>): Tensor {
  ensureKernels(getBackend());
  // The registration boundary: TensorFlow.js knows inputs and attributes as maps of anything.
  return engine().runKernel(name, present<K>(inputs), attrs as unknown as NamedAttrMap);
}

/** Runs a kernel from within another one of the same backend, so that nothing is recorded. */
export const runKernelOn =
  (backendName: string, backend: object) =>
  <K extends KernelName>(name: K, inputs: KernelInputs<K>, attrs: KernelAttrs<K>): Tensor => {
    const {kernelFunc}: KernelConfig = getKernel(name, backendName);
    // The registration boundary, as above. A kernel has one result, and takes an input that is undefined for none.
    const result = kernelFunc({
      inputs: inputs as unknown as NamedTensorMap,
      attrs: attrs as unknown as NamedAttrMap,
      backend,
    }) as TensorInfo;
    return result instanceof Tensor ? result : engine().makeTensorFromTensorInfo(result);
  };
