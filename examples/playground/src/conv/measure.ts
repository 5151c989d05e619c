import * as tf from '@tensorflow/tfjs-core';
import {variantsRun} from 'tfjs-conv';
import {refusal} from '../code/refusals.js';
import {passesOf} from '../model/geometry.js';
import {inputOf} from '../model/inputs.js';
import {RULES} from '../model/rules.js';
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

/** At most so long is an op run for its steady time, and so many times are taken. */
const [LIMIT_MS, LIMIT_TIMES] = [600, 50];

/** A time is of as many calls as take so long: the clocks of browsers go in steps of 0.1 ms, or of 1 ms. */
const LEAST_MS = 4;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs an op so often, each time until its result is there, and returns the time of a call. */
async function timed(op: () => tf.Tensor, calls = 1): Promise<number> {
  const started = performance.now();
  for (let call = 0; call < calls; call++) {
    const y = tf.tidy(op);
    await y.data();
    y.dispose();
  }
  return (performance.now() - started) / calls;
}

/** Times of two ops that take turns, so that whatever else the device does meets both. */
export async function timesOf(
  ops: readonly (() => tf.Tensor)[],
  isWanted: () => boolean = () => true,
): Promise<Times[]> {
  const firsts: number[] = [];
  const calls: number[] = [];
  for (const op of ops) {
    firsts.push(await timed(op));
    calls.push(Math.ceil(LEAST_MS / Math.max(0.1, await timed(op))));
  }
  const all = ops.map((): number[] => []);
  const started = performance.now();
  while (isWanted() && all[0].length < LIMIT_TIMES && (performance.now() - started < LIMIT_MS || all[0].length < 3)) {
    for (const [i, op] of ops.entries()) all[i].push(await timed(op, calls[i]));
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

type Builtin = (x: tf.Tensor, filters: readonly tf.Tensor[]) => tf.Tensor;

/** What TensorFlow.js itself has for a state, padded by hand where its op does not pad so. */
function builtinOf(s: State): Builtin | undefined {
  if (refusal('TensorFlow.js', s) !== undefined) return undefined;
  const {rank} = RULES[s.kind];
  const axes = passesOf(s)[0].axes.slice(3 - rank);
  const flipped = (filter: tf.Tensor): tf.Tensor => (s.flip ? tf.reverse(filter, [...axes.keys()]) : filter);
  const isPaddedByHand = s.pad === 'causal' || (typeof s.pad === 'number' && rank !== 2);
  const padded = (x: tf.Tensor): tf.Tensor =>
    isPaddedByHand
      ? tf.pad(x, [...axes.map(({padBefore, padAfter}): [number, number] => [padBefore, padAfter]), [0, 0]])
      : x;
  const [pad, plain] = isPaddedByHand
    ? (['valid', 'valid'] as const)
    : ([s.pad as 'valid' | 'same' | number, s.pad as 'valid' | 'same'] as const);
  const {stride, dilation} = s;
  switch (s.kind) {
    case 'conv1d':
      return (x, [f]) => tf.conv1d(padded(x) as tf.Tensor2D, flipped(f) as tf.Tensor3D, stride, pad, 'NWC', dilation);
    case 'conv3d':
      return (x, [f]) => tf.conv3d(padded(x) as tf.Tensor4D, flipped(f) as tf.Tensor5D, stride, plain);
    case 'depthwise':
      return (x, [f]) => tf.depthwiseConv2d(x as tf.Tensor3D, flipped(f) as tf.Tensor4D, stride, pad, 'NHWC', dilation);
    case 'depthwiseSeparable':
      return (x, [f, p]) =>
        tf.separableConv2d(x as tf.Tensor3D, flipped(f) as tf.Tensor4D, p as tf.Tensor4D, stride, plain, dilation);
    case 'spatial': {
      const [first, second] = spatialPads(s.pad);
      return (x, [column, row]) => {
        const [c, r] = [flipped(column) as tf.Tensor4D, flipped(row) as tf.Tensor4D];
        const between = tf.conv2d(x as tf.Tensor3D, c, [stride, 1], first, 'NHWC', [dilation, 1]);
        return tf.conv2d(between, r, [1, stride], second, 'NHWC', [1, dilation]);
      };
    }
    case 'transpose':
    case 'transposeMatrix': {
      const shape: [number, number, number] = [axes[0].output, axes[1].output, s.filters];
      return (x, [f]) => tf.conv2dTranspose(x as tf.Tensor3D, flipped(f) as tf.Tensor4D, shape, stride, pad);
    }
    case 'transpose3d': {
      const shape: [number, number, number, number] = [axes[0].output, axes[1].output, axes[2].output, s.filters];
      return (x, [f]) => tf.conv3dTranspose(x as tf.Tensor4D, flipped(f) as tf.Tensor5D, shape, stride, plain);
    }
    default:
      return (x, [f]) => tf.conv2d(x as tf.Tensor3D, flipped(f) as tf.Tensor4D, stride, pad, 'NHWC', dilation);
  }
}

type BuiltinPad = Parameters<typeof tf.conv2d>[3];

/** The padding of the two passes, of which each pads one axis. */
function spatialPads(pad: State['pad']): [BuiltinPad, BuiltinPad] {
  if (typeof pad !== 'number') return [pad as 'valid' | 'same', pad as 'valid' | 'same'];
  const none: [number, number] = [0, 0];
  return [
    [none, [pad, pad], none, none],
    [none, none, [pad, pad], none],
  ];
}

/** Measures a state on the current backend, against the built-in op where there is one. */
export async function measure(s: State, picture: Uint8ClampedArray | undefined): Promise<Measured> {
  const x = inputTensor(s, inputOf(s, picture));
  const filters = filterTensors(filtersOf(s));
  const ours = (): tf.Tensor => call([x, filters[0], filters[1]], s);
  try {
    const builtin = builtinOf(s);
    const theirs = builtin === undefined ? undefined : (): tf.Tensor => builtin(x, filters);
    const [one, other] = await timesOf(theirs === undefined ? [ours] : [ours, theirs]);
    const {result: y, variants} = variantsRun(() => tf.tidy(ours));
    y.dispose();
    const difference = theirs === undefined ? undefined : await differenceOf(ours, theirs);
    return {variants, ours: one, builtin: theirs === undefined ? undefined : other, difference};
  } finally {
    tf.dispose([x, ...filters]);
  }
}
