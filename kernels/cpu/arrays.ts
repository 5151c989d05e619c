import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {allocateFloats} from '../../src/registry/allocate.js';
import type {EpilogueInputs} from '../../src/registry/kernel_names.js';
import type {EpilogueArrays} from './epilogue.js';

/** The values of a float32 tensor of the backend, not a copy. */
export function valuesOf(backend: KernelBackend, {dataId}: Tensor): Float32Array {
  // A float32 tensor has a Float32Array, which the backend's type does not say.
  return backend.readSync(dataId) as Float32Array;
}

/** A float32 result of the backend, filled by `compute`. */
export function makeOutput(
  backend: KernelBackend,
  shape: number[],
  compute: (values: Float32Array) => void,
): TensorInfo {
  const values = allocateFloats(product(shape));
  compute(values);
  return {dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32'};
}

/** Bias and slopes as arrays. */
export function epilogueArrays(backend: KernelBackend, {bias, preluActivationWeights}: EpilogueInputs): EpilogueArrays {
  const values = (tensor: Tensor | undefined) => (tensor === undefined ? undefined : valuesOf(backend, tensor));
  return {bias: values(bias), preluActivationWeights: values(preluActivationWeights)};
}
