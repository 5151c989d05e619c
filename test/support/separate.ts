import * as tf from '@tensorflow/tfjs';
import type {SeparatedFilter} from 'tfjs-conv';
import {numbers} from './data.js';
import {product} from './sums.js';

/** Largest relative error of float32. */
export const ROUNDOFF = 2 ** -24;

export type Sizes = [kh: number, kw: number, inChannels: number, outChannels: number];

export const filterOf = (name: string, shape: readonly number[]) =>
  tf.tensor<tf.Rank.R4>(Float32Array.from(numbers(name, product(shape))), [...shape] as Sizes);

/** sum over m of column[kh, 0, i, m] * row[0, kw, m, c] as [kh, kw, i, c], in float64. */
export function joined({columnFilter, rowFilter}: Pick<SeparatedFilter, 'columnFilter' | 'rowFilter'>): number[] {
  const [kh, , inChannels, mid] = columnFilter.shape;
  const [, kw, , outChannels] = rowFilter.shape;
  const [column, row] = [columnFilter.dataSync(), rowFilter.dataSync()];
  const filter = new Array<number>(kh * kw * inChannels * outChannels).fill(0);
  for (let n = 0; n < filter.length; n++) {
    const c = n % outChannels;
    const i = Math.floor(n / outChannels) % inChannels;
    const w = Math.floor(n / outChannels / inChannels) % kw;
    const h = Math.floor(n / outChannels / inChannels / kw);
    for (let m = 0; m < mid; m++) {
      filter[n] += column[(h * inChannels + i) * mid + m] * row[(w * mid + m) * outChannels + c];
    }
  }
  return filter;
}

export const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

/** |filter - approximation| / |filter| in the Frobenius norm, found without the singular values. */
export function distance(filter: tf.Tensor, approximation: readonly number[]): number {
  const values = filter.dataSync();
  return norm(approximation.map((value, i) => value - values[i])) / norm(values);
}
