/** One step of the tour as data, and what it costs. */
import type * as tf from '@tensorflow/tfjs-core';
import type {Panel} from './panels.js';

/** What computes the same in another way: a tfjs built-in (timed) or a check (not timed). */
export interface Comparison {
  readonly name: string;
  readonly run: () => tf.Tensor | Float64Array;
  readonly builtIn: boolean;
}

/** One sweep of one filter; two for the ops made of two. */
export interface Pass {
  readonly filter: tf.Tensor;
  readonly layout: 'dense' | 'depthwise' | 'transposed';
  /** Places where the whole filter is applied: outputs, or for transposed the inputs. */
  readonly positions: number;
}

export interface Step {
  /** The op and, in words, its options. */
  readonly op: string;
  readonly options: string;
  readonly x: tf.Tensor;
  readonly run: () => tf.Tensor;
  readonly passes: (y: tf.Tensor) => Pass[];
  readonly compare: Comparison;
  readonly panels?: (y: tf.Tensor) => Panel[];
}

export function builtIn(name: string, run: () => tf.Tensor): Comparison {
  return {name, run, builtIn: true};
}

export function reference(run: () => Float64Array): Comparison {
  return {name: 'float64 loops', run, builtIn: false};
}

export function otherRoute(name: string, run: () => tf.Tensor): Comparison {
  return {name, run, builtIn: false};
}

/** Number of spatial positions: everything but the channels (a batch counts, it is computed too). */
export function positionsOf(t: tf.Tensor): number {
  return t.size / t.shape[t.rank - 1];
}

export function densePass(filter: tf.Tensor): (y: tf.Tensor) => Pass[] {
  return y => [{filter, layout: 'dense', positions: positionsOf(y)}];
}

export function depthwisePass(filter: tf.Tensor): (y: tf.Tensor) => Pass[] {
  return y => [{filter, layout: 'depthwise', positions: positionsOf(y)}];
}

export function transposedPass(x: tf.Tensor, filter: tf.Tensor): () => Pass[] {
  return () => [{filter, layout: 'transposed', positions: positionsOf(x)}];
}

export function parameters(passes: readonly Pass[]): number {
  return passes.reduce((sum, {filter}) => sum + filter.size, 0);
}

/** Each position meets each weight once; taps on padding are counted, as is usual. */
export function multiplications(passes: readonly Pass[]): number {
  return passes.reduce((sum, {filter, positions}) => sum + filter.size * positions, 0);
}
