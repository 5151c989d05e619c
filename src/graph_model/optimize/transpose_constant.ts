import {sizeOf} from './weights.js';
import type {Constant} from './weights.js';

/** How many elements a step along each axis of a tensor is. */
export const stridesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));

/** For each element of a tensor of this shape, the index that `steps` per axis lead to. */
export function* indices(shape: readonly number[], steps: readonly number[]): Generator<number> {
  const size = sizeOf(shape);
  const position = shape.map(() => 0);
  let index = 0;
  for (let n = 0; n < size; n++) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += steps[axis];
      if (++position[axis] < shape[axis]) break;
      index -= steps[axis] * shape[axis];
      position[axis] = 0;
    }
  }
}

/** The constant with its axes permuted: axis a of the result is axis axes[a] of the constant. */
export function transposed(constant: Constant, axes: readonly number[]): Constant {
  const strides = stridesOf(constant.shape);
  const shape = axes.map(axis => constant.shape[axis]);
  const steps = axes.map(axis => strides[axis]);
  const values = constant.values.slice();
  let n = 0;
  for (const index of indices(shape, steps)) values[n++] = constant.values[index];
  return {...constant, shape, values};
}
