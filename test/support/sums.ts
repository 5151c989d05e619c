import {channelStrides, forEachTap, forEachTerm} from './reference.js';
import type {ReferenceConv} from './reference.js';

/** Sums of products, with what the rounding of each depends on. */
export interface Sums {
  readonly values: Float64Array;
  /** The sum of the absolute values of the terms. */
  readonly magnitudes: Float64Array;
  /** How many terms there are. */
  readonly terms: Float64Array;
}

/** A sum of products of the elements of two tensors, for every element of a third. */
export type Products = (left: Float64Array, right: Float64Array) => Sums;

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** The sums of the terms that `run` adds, by where it adds them. */
export function accumulate(size: number, run: (add: (at: number, term: number) => void) => void): Sums {
  const [values, magnitudes, terms] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  run((at, term) => {
    values[at] += term;
    magnitudes[at] += Math.abs(term);
    terms[at]++;
  });
  return {values, magnitudes, terms};
}

const sizeOf = (c: ReferenceConv, kind: 'input' | 'output'): number => product(c.axes.map(axis => axis[kind]));
export const xSize = (c: ReferenceConv): number => c.batch * sizeOf(c, 'input') * c.inChannels;
export const ySize = (c: ReferenceConv): number => c.batch * sizeOf(c, 'output') * c.outChannels;
export const filterSize = (c: ReferenceConv): number =>
  ((product(c.axes.map(({kernel}) => kernel)) * c.inChannels) / c.groups) * c.outChannels;

/** Which of x, filter and y the sums are, and which are multiplied. */
type Roles = readonly [sum: 0 | 1 | 2, left: 0 | 1 | 2, right: 0 | 1 | 2];

/** The sums over all terms. Most of the time of the tests is spent in the inner loop, so it is one over plain arrays. */
function sumsOf(c: ReferenceConv, size: number, [s, l, r]: Roles, left: Float64Array, right: Float64Array): Sums {
  const [values, magnitudes, terms] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  const {x: xStride, y: yStride} = channelStrides(c);
  const byInput = [xStride, c.outChannels, 0];
  const byOutput = [0, 1, yStride];
  const counts = [c.inChannels / c.groups, c.outChannels / c.groups];
  // Neighbouring terms belong to different sums, so that none waits for the one before it.
  const [inner, outer] = s === 0 ? [byInput, byOutput] : [byOutput, byInput];
  const [innerCount, outerCount] = s === 0 ? counts : counts.reverse();
  const [sumStep, leftStep, rightStep] = [inner[s], inner[l], inner[r]];
  const at = [0, 0, 0];
  forEachTap(c, (x, filter, y) => {
    at[0] = x;
    at[1] = filter;
    at[2] = y;
    for (let o = 0; o < outerCount; o++) {
      let [to, a, b] = [at[s] + o * outer[s], at[l] + o * outer[l], at[r] + o * outer[r]];
      for (let i = 0; i < innerCount; i++) {
        const term = left[a] * right[b];
        values[to] += term;
        magnitudes[to] += Math.abs(term);
        terms[to]++;
        to += sumStep;
        a += leftStep;
        b += rightStep;
      }
    }
  });
  return {values, magnitudes, terms};
}

/** y = conv(x, filter). */
export const forward =
  (c: ReferenceConv): Products =>
  (x, filter) =>
    sumsOf(c, ySize(c), [2, 0, 1], x, filter);

/** The gradient of <dy, conv(x, filter)> by x. */
export const inputGradient =
  (c: ReferenceConv): Products =>
  (dy, filter) =>
    sumsOf(c, xSize(c), [0, 2, 1], dy, filter);

/** The gradient of <dy, conv(x, filter)> by the filter. */
export const filterGradient =
  (c: ReferenceConv): Products =>
  (x, dy) =>
    sumsOf(c, filterSize(c), [1, 0, 2], x, dy);

/** The matrix [elements of y, elements of x] of the convolution, times a number. */
export const matrix =
  (c: ReferenceConv): Products =>
  (filter, [factor]) =>
    accumulate(ySize(c) * xSize(c), add =>
      forEachTerm(c, (xi, fi, yi) => add(yi * xSize(c) + xi, filter[fi] * factor)),
    );

/** The gradient of <dmatrix, matrix(filter)> by the filter, times a number. */
export const matrixGradient =
  (c: ReferenceConv): Products =>
  (dmatrix, [factor]) =>
    accumulate(filterSize(c), add => forEachTerm(c, (xi, fi, yi) => add(fi, dmatrix[yi * xSize(c) + xi] * factor)));
