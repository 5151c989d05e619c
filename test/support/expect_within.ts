import type * as tf from '@tensorflow/tfjs';
import {withValues} from './reads.js';
import type {Bounded} from './tolerance.js';

/** Where an element stands, as indices. */
function indicesOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat;
  return [...shape]
    .reverse()
    .map(size => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .reverse();
}

/**
 * Fails where an element is farther from the reference than its bound. What the reference has as infinite or no number
 * must be just that.
 */
export function expectValuesWithin(
  label: string,
  got: ArrayLike<number>,
  shape: readonly number[],
  {values, error}: Bounded,
): void {
  if (got.length !== values.length) throw new Error(`${label}: ${got.length} elements, expected ${values.length}`);
  const wrong: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const fits = Number.isFinite(values[i]) ? Math.abs(got[i] - values[i]) <= error[i] : Object.is(got[i], values[i]);
    if (!fits) wrong.push(i);
  }
  if (wrong.length === 0) return;
  const lines = wrong
    .slice(0, 4)
    .map(
      i =>
        `  at [${indicesOf(i, shape).join()}]: got ${got[i]}, expected ${values[i]}, ` +
        `off by ${Math.abs(got[i] - values[i])}, bound ${error[i]}`,
    );
  throw new Error(
    `${label}: ${wrong.length} of ${values.length} elements of [${shape.join()}] are off\n${lines.join('\n')}`,
  );
}

/** The same for a tensor, which must have the shape and be float32; see withValues(). */
export function expectWithin(label: string, got: tf.Tensor, shape: readonly number[], expected: Bounded): void {
  if (got.dtype !== 'float32') throw new Error(`${label}: dtype ${got.dtype}`);
  if (got.shape.join() !== shape.join()) {
    throw new Error(`${label}: got shape [${got.shape.join()}], expected [${shape.join()}]`);
  }
  withValues(got, values => expectValuesWithin(label, values, shape, expected));
}
