/** Runs a step: its result, how far it is from the comparison, what is allowed, and the times of both. */
import * as tf from '@tensorflow/tfjs-core';
import {multiplications, parameters, type Pass, type Step} from './step.js';

const RUNS = 5;
/** What is slow is not run again and again. */
const PATIENCE_MS = 800;
const EPSILON = 2 ** -23;

export interface Measurement {
  readonly step: Step;
  readonly y: tf.Tensor;
  readonly parameters: number;
  readonly multiplications: number;
  readonly difference: number;
  readonly tolerance: number;
  readonly milliseconds: number;
  readonly builtInMilliseconds?: number;
}

export function measure(step: Step): Measurement {
  const y = tf.tidy(step.run);
  const passes = step.passes(y);
  return {
    step,
    y,
    parameters: parameters(passes),
    multiplications: multiplications(passes),
    difference: largestDifference(y, step.compare.run),
    tolerance: tolerance(step.x, passes),
    ...times(step),
  };
}

function largestDifference(y: tf.Tensor, run: () => tf.Tensor | Float64Array): number {
  return tf.tidy(() => {
    const expected = run();
    if (expected instanceof tf.Tensor) tf.util.assertShapesMatch(expected.shape, y.shape, 'The comparison: ');
    return distance(y.dataSync(), expected instanceof tf.Tensor ? expected.dataSync() : expected);
  });
}

/** The largest |a - b|; infinite where either is not a number, or the lengths differ. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/**
 * A float32 sum of n products is off by at most n * eps/2 * sum |terms|, in whatever order it is added; two such
 * sums differ by at most twice that. Sum |terms| is at most max |x| times the L1 norm of the filter; passes chain.
 */
function tolerance(x: tf.Tensor, passes: readonly Pass[]): number {
  const largestX = tf.tidy(() => tf.max(tf.abs(x)).dataSync()[0]);
  const terms = passes.map(reduction);
  const length = terms.reduce((sum, {length}) => sum + length, 0);
  return EPSILON * length * terms.reduce((product, {norm}) => product * norm, largestX);
}

function reduction({filter, layout}: Pass): {length: number; norm: number} {
  const [beforeLast, last] = [filter.rank - 2, filter.rank - 1];
  const outputAxes = {dense: [last], depthwise: [beforeLast, last], transposed: [beforeLast]};
  const axes = filter.shape.map((_, axis) => axis).filter(axis => !outputAxes[layout].includes(axis));
  return {
    length: axes.reduce((product, axis) => product * filter.shape[axis], 1),
    norm: tf.tidy(() => tf.max(tf.sum(tf.abs(filter), axes)).dataSync()[0]),
  };
}

/** Medians; ours and the built-in take turns, so that a busy machine slows both. */
function times({run, compare}: Step): Pick<Measurement, 'milliseconds' | 'builtInMilliseconds'> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let i = 0; i < RUNS; i++) {
    if (total(ours) < PATIENCE_MS) ours.push(time(run));
    if (compare.builtIn && total(theirs) < PATIENCE_MS) theirs.push(time(compare.run));
  }
  return {milliseconds: median(ours), ...(theirs.length > 0 && {builtInMilliseconds: median(theirs)})};
}

function time(run: Step['run'] | Step['compare']['run']): number {
  const start = performance.now();
  tf.tidy(() => {
    const y = run();
    if (y instanceof tf.Tensor) y.dataSync();
  });
  return performance.now() - start;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
