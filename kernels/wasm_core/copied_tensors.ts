import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {allocate, floatsAt} from './call.js';
import type {CoreTensors} from './core_tensors.js';
import {F32} from './plan/conv_plan.js';
import type {Device} from './types.js';

/** The values of a backend's float32 tensors, which are not in the core's memory. */
export interface TensorValues {
  /** The values, not a copy. */
  of(backend: KernelBackend, tensor: Tensor): Float32Array;
  /** A tensor with a copy of the values. */
  toTensor(backend: KernelBackend, values: Float32Array, shape: number[]): TensorInfo;
}

/** Operands are copied in and results copied out. */
export const copiedTensors = (values: TensorValues, device: (backend: KernelBackend) => Device): CoreTensors => ({
  device,
  read(call, backend, tensor) {
    const copy = allocate(call, tensor.size * F32);
    floatsAt(call, copy, tensor.size).set(values.of(backend, tensor));
    return copy;
  },
  allocateOutput: (call, _, elements) => allocate(call, elements * F32),
  toTensor: (backend, output, shape) =>
    values.toTensor(backend, floatsAt(device(backend), output, product(shape)), shape),
  // It is scratch memory of the call.
  freeOutput: () => {},
});
