import type {TensorInfo} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import {product} from '../../../src/geometry/conv.js';
import {checkNotLost} from '../device/device.js';
import type {Device} from '../device/device.js';
import {dispatch} from '../device/dispatch.js';
import {withScratch} from '../device/scratch.js';
import type {Scratch} from '../device/scratch.js';
import {floatsProgram} from '../wgsl/floats.js';

/** @throws where the device cannot bind a tensor of some shape: TensorFlow.js does not ask, and computes zeros. */
function checkBindable({backend}: Device, shape: readonly number[]): void {
  const {maxStorageBufferBindingSize, maxBufferSize} = backend.device.limits;
  const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const bytes = 4 * product(shape);
  if (bytes > limit) throw kernelError(KERNEL_RULES.bindingSize, {bytes, limit});
}

/** A tensor as a program binds it; it is uploaded if it is on the CPU. */
export function tensorBinding({backend}: Device, tensor: TensorInfo): GPUBindingResource {
  backend.uploadToGPU(tensor.dataId);
  const {resource} = backend.tensorMap.get(tensor.dataId);
  if (!(resource instanceof GPUBuffer)) throw kernelError(KERNEL_RULES.buffer, {resource});
  return {buffer: resource};
}

/**
 * What programs read the numbers of a tensor from. TensorFlow.js makes float32 tensors of integers by their names only:
 * they share their buffers with the integers, whose dtype is that of their data.
 */
export function inputBinding(scratch: Scratch, tensor: TensorInfo): GPUBindingResource {
  const {device} = scratch;
  const integers = tensorBinding(device, tensor);
  if (device.backend.tensorMap.get(tensor.dataId).dtype === 'float32') return integers;
  const count = product(tensor.shape);
  const {binding} = scratch.texels('texels', Math.ceil(count / 4));
  dispatch(device, {
    program: floatsProgram(undefined),
    resources: [integers, binding],
    tensors: [tensor],
    uniforms: {},
    count,
  });
  return binding;
}

/**
 * A float32 tensor that `write` writes from others, which is disposed if it throws.
 * @throws before anything is computed if the device is lost or has no room for a tensor.
 */
export function withOutput(
  device: Device,
  inputs: readonly TensorInfo[],
  shape: number[],
  write: (output: TensorInfo, scratch: Scratch) => void,
): TensorInfo {
  const {backend} = device;
  checkNotLost(device);
  inputs.forEach(input => checkBindable(device, input.shape));
  checkBindable(device, shape);
  const output = backend.makeTensorInfo(shape, 'float32');
  try {
    withScratch(device, scratch => write(output, scratch));
    return output;
  } catch (error) {
    backend.disposeData(output.dataId);
    throw error;
  }
}
