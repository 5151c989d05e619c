import {UNIT_ROUNDOFF} from './tolerance.js';

/*
 * How far a whole model may be off, from the lengths of its sums:
 *
 *     |y - reference| <= gamma(R) * largest |reference|,     gamma(k) = k u / (1 - k u),   u = 2^-24
 *
 * where R adds up, over the layers, the terms of a sum and two roundings more (tolerance.ts): a layer adds gamma(n + 2) of
 * the largest value, and hands on, relative to it, what it was given. That is no bound for every model, as a layer may
 * multiply errors by more than values; none of these models does, whose values are drawn to keep their size.
 */

const ROUNDINGS = 2;

const gamma = (n: number): number => (n * UNIT_ROUNDOFF) / (1 - n * UNIT_ROUNDOFF);

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** The most terms that a sum over a weight has, forward or backward: over taps and input or output channels. */
const termsOf = (shape: readonly number[]): number =>
  shape.length < 2 ? 0 : product(shape) / Math.min(...shape.slice(-2));

/** R: over all weights, and once over the positions of the input, which pooling and normalization add up. */
function roundings(weights: ReadonlyArray<readonly number[]>, input: readonly number[]): number {
  const positions = product(input.slice(0, -1));
  return weights.reduce((sum, shape) => sum + termsOf(shape) + ROUNDINGS, positions);
}

/** How far an output may be off, over the largest value of the output. */
export const outputTolerance = (weights: ReadonlyArray<readonly number[]>, input: readonly number[]): number =>
  gamma(roundings(weights, input));

/** How far the change of a weight may be off: forward, backward, and the sum over all positions. */
export const stepTolerance = (weights: ReadonlyArray<readonly number[]>, input: readonly number[]): number =>
  gamma(2 * roundings(weights, input) + product(input.slice(0, -1)));

export const largestOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
