import type {KernelBackend, TensorInfo} from '@tensorflow/tfjs-core';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import {product} from '../../../src/geometry/conv.js';
import type {CopyAxis} from '../../wasm_core/algorithms/strided_copy.js';
import {allocateOutput, closeTensorCall, openTensorCall} from '../../wasm_core/core_tensors.js';
import type {TensorCall} from '../../wasm_core/core_tensors.js';
import {wasmTensors} from '../core_tensors.js';

/*
 * What stand-ins have in common: which tensors they take, and how they make one.
 */

/** The dtypes whose values are words of 32 bits. */
type WordType = 'float32' | 'int32';

/** A tensor that is not empty, of a dtype whose values are words of 32 bits. */
export interface WordTensor extends TensorInfo {
  readonly dtype: WordType;
}

export const isWords = (tensor: TensorInfo | undefined): tensor is WordTensor =>
  (tensor?.dtype === 'float32' || tensor?.dtype === 'int32') && product(tensor.shape) > 0;

export const isFloats = (tensor: TensorInfo | undefined): tensor is WordTensor =>
  isWords(tensor) && tensor.dtype === 'float32';

/** The backend that stand-ins of 'wasm' are called with. */
const wasmOf = (backend: object): BackendWasm => backend as BackendWasm;

/** The address of a tensor's values. */
export const addressOf = ({backend}: TensorCall, {dataId}: TensorInfo): number =>
  wasmOf(backend).dataIdMap.get(dataId).memoryOffset;

/** A new tensor whose values `write` writes to an address; nothing is left if that throws. */
export function makeTensor(
  backend: object,
  shape: readonly number[],
  dtype: WordType,
  write: (call: TensorCall, to: number) => void,
): TensorInfo {
  const call = openTensorCall(wasmTensors, backend as KernelBackend);
  try {
    const output = allocateOutput(call, product(shape));
    write(call, output);
    call.output = 0;
    return wasmOf(backend).makeOutput([...shape], dtype, output);
  } finally {
    closeTensorCall(call);
  }
}

/** Elements from one of an axis to the next, of a tensor of that shape. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let a = shape.length - 1; a >= 0; a--) {
    strides[a] = stride;
    stride *= shape[a];
  }
  return strides;
}

/** The axes of a copy of `sizes` elements between places so far apart. */
export const copyAxes = (sizes: readonly number[], to: readonly number[], from: readonly number[]): CopyAxis[] =>
  sizes.map((count, a) => ({count, to: to[a], from: from[a]}));
