import * as tf from '@tensorflow/tfjs-core';
import {variantsRun} from 'tfjs-conv';
import {refusal} from '../code/code.js';
import {passesOf} from '../model/geometry.js';
import {inputOf} from '../model/inputs.js';
import type {State} from '../model/state.js';
import {call, filterTensors, filtersOf, inputTensor} from './compute.js';

/** Times of one op, in milliseconds. */
export interface Times {
  readonly first: number;
  readonly steady: number;
}

export interface Measured {
  readonly variants: readonly string[];
  readonly ours: Times;
  /** Undefined where TensorFlow.js has no such op. */
  readonly builtin: Times | undefined;
  /** Largest difference of the two. */
  readonly difference: number | undefined;
}

/** At most so long and so often is an op run for its steady time. */
const [LIMIT_MS, LIMIT_RUNS] = [600, 50];

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs an op until its result is there, and returns the time. */
async function timed(op: () => tf.Tensor): Promise<number> {
  const started = performance.now();
  const y = tf.tidy(op);
  await y.data();
  const time = performance.now() - started;
  y.dispose();
  return time;
}

/** Times of two ops that take turns, so that whatever else the device does meets both. */
export async function timesOf(
  ops: readonly (() => tf.Tensor)[],
  isWanted: () => boolean = () => true,
): Promise<Times[]> {
  const firsts: number[] = [];
  for (const op of ops) firsts.push(await timed(op));
  const all = ops.map((): number[] => []);
  const started = performance.now();
  while (isWanted() && all[0].length < LIMIT_RUNS && (performance.now() - started < LIMIT_MS || all[0].length < 3)) {
    for (const [i, op] of ops.entries()) all[i].push(await timed(op));
    await new Promise(resolve => setTimeout(resolve));
  }
  return all.map((times, i) => ({first: firsts[i], steady: times.length > 0 ? median(times) : firsts[i]}));
}

/** The largest difference between what two ops compute. */
export async function differenceOf(one: () => tf.Tensor, other: () => tf.Tensor): Promise<number> {
  const both = [tf.tidy(one), tf.tidy(other)];
  const [a, b] = await Promise.all(both.map(t => t.data()));
  tf.dispose(both);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

type Builtin = (x: tf.Tensor, filters: readonly tf.Tensor[], outputShape: [number, number, number]) => tf.Tensor;

/** What TensorFlow.js itself has for a state. */
function builtinOf(s: State): Builtin | undefined {
  if (refusal(s) !== undefined) return undefined;
  const pad = s.pad as 'valid' | 'same' | number;
  const flipped = (filter: tf.Tensor, axes: number[]): tf.Tensor => (s.flip ? tf.reverse(filter, axes) : filter);
  switch (s.kind) {
    case 'conv1d':
      return (x, [f]) => tf.conv1d(x as tf.Tensor2D, flipped(f, [0]) as tf.Tensor3D, s.stride, pad, 'NWC', s.dilation);
    case 'conv3d':
      if (pad !== 'same' && pad !== 'valid') return undefined;
      return (x, [f]) => tf.conv3d(x as tf.Tensor4D, flipped(f, [0, 1, 2]) as tf.Tensor5D, s.stride, pad);
    case 'depthwise':
      return (x, [f]) =>
        tf.depthwiseConv2d(x as tf.Tensor3D, flipped(f, [0, 1]) as tf.Tensor4D, s.stride, pad, 'NHWC', s.dilation);
    case 'depthwiseSeparable':
      if (typeof pad === 'number') return undefined;
      return (x, [f, p]) =>
        tf.separableConv2d(
          x as tf.Tensor3D,
          flipped(f, [0, 1]) as tf.Tensor4D,
          p as tf.Tensor4D,
          s.stride,
          pad,
          s.dilation,
        );
    case 'transpose':
      return (x, [f], outputShape) =>
        tf.conv2dTranspose(x as tf.Tensor3D, flipped(f, [0, 1]) as tf.Tensor4D, outputShape, s.stride, pad);
    case 'spatial':
      return undefined;
    default:
      return (x, [f]) =>
        tf.conv2d(x as tf.Tensor3D, flipped(f, [0, 1]) as tf.Tensor4D, s.stride, pad, 'NHWC', s.dilation);
  }
}

/** Measures a state on the current backend, against the built-in op where there is one. */
export async function measure(s: State, picture: Uint8ClampedArray | undefined): Promise<Measured> {
  const x = inputTensor(s, inputOf(s, picture));
  const filters = filterTensors(filtersOf(s));
  const ours = (): tf.Tensor => call([x, filters[0], filters[1]], s);
  try {
    const builtin = builtinOf(s);
    const [{output: outHeight}, {output: outWidth}] = passesOf(s)[0].axes.slice(1);
    const theirs =
      builtin === undefined ? undefined : (): tf.Tensor => builtin(x, filters, [outHeight, outWidth, s.filters]);
    const [one, other] = await timesOf(theirs === undefined ? [ours] : [ours, theirs]);
    const {result: y, variants} = variantsRun(() => tf.tidy(ours));
    y.dispose();
    const difference = theirs === undefined ? undefined : await differenceOf(ours, theirs);
    return {variants, ours: one, builtin: theirs === undefined ? undefined : other, difference};
  } finally {
    tf.dispose([x, ...filters]);
  }
}
