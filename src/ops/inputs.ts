import {engine, tensor, Tensor, util} from '@tensorflow/tfjs-core';
import {fail, MAX_RANK, RULES} from '../errors.js';
import {product} from '../geometry/conv.js';
import {ensureElements} from '../geometry/validate.js';
import {allocateFloats} from '../registry/allocate.js';
import {looking} from './looking.js';

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (typeof value === 'object' && value !== null && util.isTypedArray(value));

/** Lengths of the lists within one another, by the first of each; at most one more than the largest rank. */
function shapeOf(value: unknown): number[] {
  const shape: number[] = [];
  for (let list = value; isList(list) && shape.length <= MAX_RANK; list = list[0]) shape.push(list.length);
  return shape;
}

/** Where the numbers of nested lists go. */
interface Numbers {
  [index: number]: number;
}

/**
 * Whether nested lists have that shape and hold numbers only, which go to `to` from index `at` on. TensorFlow.js itself
 * looks at the first row only, and makes NaN or something else of what is no number.
 */
function readNumbers(list: unknown, [length, ...rest]: readonly number[], to?: Numbers, at = 0): boolean {
  if (!isList(list) || list.length !== length) return false;
  if (rest.length === 0) {
    for (let i = 0; i < length; i++) {
      const value = list[i];
      if (typeof value !== 'number') return false;
      if (to !== undefined) to[at + i] = value;
    }
    return true;
  }
  const step = product(rest);
  for (let i = 0; i < length; i++) {
    if (!readNumbers(list[i], rest, to, at + i * step)) return false;
  }
  return true;
}

/** A tensor out of nested arrays of numbers, of which it keeps none: they are the caller's to change. */
function tensorOfLists(op: string, name: string, value: unknown): Tensor {
  const shape = looking([], () => shapeOf(value));
  if (shape.length < 1 || shape.length > MAX_RANK) fail(op, RULES.tensor(name), name, value);
  // The same row may be there again and again, so that a small array is long to read.
  ensureElements(op, name, shape);
  if (!looking(false, () => readNumbers(value, shape))) fail(op, RULES.tensor(name), name, value);
  const values = allocateFloats(product(shape));
  // A getter may give something else now.
  if (!looking(false, () => readNumbers(value, shape, values))) fail(op, RULES.tensor(name), name, value);
  return tensor(values, shape, 'float32');
}

/**
 * A float32 tensor, out of one or of a nested array.
 * @throws if it is none, is disposed, belongs to another TensorFlow.js or has another dtype.
 */
export function floatTensor(op: string, name: string, value: unknown): Tensor {
  if (!looking(false, () => value instanceof Tensor)) return tensorOfLists(op, name, value);
  // What instanceof has found out, which types do not show through a function.
  const given = value as Tensor;
  if (given.isDisposed) fail(op, RULES.disposed(name), `${name}.isDisposed`, true);
  if (!engine().state.tensorInfo.has(given.dataId)) fail(op, RULES.foreign(name), `${name}.dataId`, given.dataId);
  if (given.dtype !== 'float32') fail(op, RULES.float32(name), `${name}.dtype`, given.dtype);
  return given;
}
