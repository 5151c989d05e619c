import {forEachTerm} from './reference.js';
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

/** y = conv(x, filter). */
export const forward =
  (c: ReferenceConv): Products =>
  (x, filter) =>
    accumulate(ySize(c), add => forEachTerm(c, (xi, fi, yi) => add(yi, x[xi] * filter[fi])));

/** The gradient of <dy, conv(x, filter)> by x. */
export const inputGradient =
  (c: ReferenceConv): Products =>
  (dy, filter) =>
    accumulate(xSize(c), add => forEachTerm(c, (xi, fi, yi) => add(xi, dy[yi] * filter[fi])));

/** The gradient of <dy, conv(x, filter)> by the filter. */
export const filterGradient =
  (c: ReferenceConv): Products =>
  (x, dy) =>
    accumulate(filterSize(c), add => forEachTerm(c, (xi, fi, yi) => add(fi, x[xi] * dy[yi])));

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
