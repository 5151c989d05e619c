import type {TensorInfo} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import type {Device} from '../device/device.js';

/** A tensor as a program binds it; it is uploaded if it is on the CPU. */
export function tensorBinding({backend}: Device, tensor: TensorInfo): GPUBindingResource {
  backend.uploadToGPU(tensor.dataId);
  const {resource} = backend.tensorMap.get(tensor.dataId);
  if (!(resource instanceof GPUBuffer)) throw kernelError(KERNEL_RULES.buffer, {resource});
  const {maxStorageBufferBindingSize: limit} = backend.device.limits;
  if (resource.size > limit) throw kernelError(KERNEL_RULES.bindingSize, {bytes: resource.size, limit});
  return {buffer: resource};
}

/** A float32 tensor that `write` writes, which is disposed if it throws. */
export function withOutput({backend}: Device, shape: number[], write: (output: TensorInfo) => void): TensorInfo {
  const output = backend.makeTensorInfo(shape, 'float32');
  try {
    write(output);
    return output;
  } catch (error) {
    backend.disposeData(output.dataId);
    throw error;
  }
}
