import {cast, tensor, zeros} from '@tensorflow/tfjs-core';
import type {DataType, Tensor} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';

/** The dtypes whose values are numbers that float32 has, up to rounding. */
const NUMERIC: readonly DataType[] = ['float32', 'int32', 'bool'];

/** An input as a caller of the engine may have left it. */
type MaybeTensor = Tensor | null | undefined;

function ensureAlive(op: string, name: string, input: MaybeTensor): asserts input is Tensor {
  if (input == null) fail(op, RULES.missing(name), name, input);
  if (input.isDisposed) fail(op, RULES.disposed(name), `${name}.isDisposed`, true);
}

/** @throws if the input is missing, is disposed or does not hold numbers. */
export function ensureNumeric(op: string, name: string, input: MaybeTensor): asserts input is Tensor {
  ensureAlive(op, name, input);
  if (!NUMERIC.includes(input.dtype)) fail(op, RULES.numeric(name), `${name}.dtype`, input.dtype);
}

/** @throws if the input is missing, is disposed or has another dtype. */
export function ensureFloat(op: string, name: string, input: MaybeTensor): asserts input is Tensor {
  ensureAlive(op, name, input);
  if (input.dtype !== 'float32') fail(op, RULES.float32(name), `${name}.dtype`, input.dtype);
}

/** Whether an optional input needs no other dtype. */
export const isFloat = (input: MaybeTensor): boolean => input == null || input.dtype === 'float32';

/** An optional input as float32. */
export const toFloat = (input: MaybeTensor): Tensor | undefined => (input == null ? undefined : cast(input, 'float32'));

/** Whether kernels take the tensor as it is. */
export const isOperand = (input: MaybeTensor): input is Tensor =>
  input != null && input.dtype === 'float32' && input.size > 0 && !input.isDisposed;

/** The tensor as kernels take it: float32, and zeros of the shape `present` where it is empty. */
export const operandOf = (input: Tensor, present: readonly number[]): Tensor =>
  input.size === 0 ? zeros([...present]) : cast(input, 'float32');

/** A result in the dtype that TensorFlow.js' cpu backend gives it. Fractions are cut off, and sums of bool kept in 8 bits. */
export function toDtype(y: Tensor, dtype: DataType): Tensor {
  if (dtype === 'float32') return y;
  const values = y.dataSync();
  return tensor(dtype === 'bool' ? Uint8Array.from(values) : Int32Array.from(values), y.shape, dtype);
}
