import * as tf from '@tensorflow/tfjs-core';
import {
  conv1d,
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv2dTransposeMatrix,
  conv3d,
  conv3dTranspose,
  depthwiseConv2d,
  depthwiseSeparableConv2d,
  pointwiseConv2d,
  separateFilter,
  spatiallySeparableConv2d,
} from 'tfjs-conv';
import type {ConvOptions, ConvTransposeOptions} from 'tfjs-conv';
import {chosenFilter, pointwiseFilter} from '../model/filters.js';
import type {Filter} from '../model/filters.js';
import {passesOf} from '../model/geometry.js';
import type {Geometry} from '../model/geometry.js';
import {RULES} from '../model/rules.js';
import type {Kind, State} from '../model/state.js';
import type {Volume} from '../model/window.js';

/** What the page shows of a convolution. */
export interface Result {
  readonly state: State;
  readonly passes: readonly Geometry[];
  /** The input, what lies between two passes, and the output. */
  readonly volumes: readonly Volume[];
  /** The filter of each pass. */
  readonly filters: readonly Filter[];
}

type Images = [x: tf.Tensor, filter: tf.Tensor, second?: tf.Tensor];

/** Options of every op but what only some have. */
export const optionsOf = (s: State): ConvOptions => ({
  strides: s.stride,
  pad: s.pad,
  dilations: s.dilation,
  flipFilter: s.flip,
});

const transposedOptions = (s: State): ConvTransposeOptions => ({
  ...optionsOf(s),
  groups: s.groups,
  outputPadding: s.outputPadding,
});

/** The op of each kind, as one would write it. */
const CALL: {readonly [kind in Kind]: (images: Images, s: State) => tf.Tensor} = {
  conv1d: ([x, filter], s) => conv1d(x as tf.Tensor2D, filter as tf.Tensor3D, {...optionsOf(s), groups: s.groups}),
  conv2d: ([x, filter], s) => conv2d(x as tf.Tensor3D, filter as tf.Tensor4D, {...optionsOf(s), groups: s.groups}),
  conv3d: ([x, filter], s) => conv3d(x as tf.Tensor4D, filter as tf.Tensor5D, {...optionsOf(s), groups: s.groups}),
  pointwise: ([x, filter], s) => pointwiseConv2d(x as tf.Tensor3D, filter as tf.Tensor4D, {groups: s.groups}),
  depthwise: ([x, filter], s) => depthwiseConv2d(x as tf.Tensor3D, filter as tf.Tensor4D, optionsOf(s)),
  transpose: ([x, filter], s) => conv2dTranspose(x as tf.Tensor3D, filter as tf.Tensor4D, transposedOptions(s)),
  transposeMatrix: ([x, filter], s) =>
    conv2dTransposeMatrix(x as tf.Tensor3D, filter as tf.Tensor4D, transposedOptions(s)),
  transpose1d: ([x, filter], s) => conv1dTranspose(x as tf.Tensor2D, filter as tf.Tensor3D, transposedOptions(s)),
  transpose3d: ([x, filter], s) => conv3dTranspose(x as tf.Tensor4D, filter as tf.Tensor5D, transposedOptions(s)),
  spatial: ([x, column, row], s) =>
    spatiallySeparableConv2d(x as tf.Tensor3D, column as tf.Tensor4D, row as tf.Tensor4D, optionsOf(s)),
  depthwiseSeparable: ([x, depthwise, pointwise], s) =>
    depthwiseSeparableConv2d(x as tf.Tensor3D, depthwise as tf.Tensor4D, pointwise as tf.Tensor4D, optionsOf(s)),
};

export const call = (images: Images, s: State): tf.Tensor => CALL[s.kind](images, s);

/** The input as its op takes it. */
export function inputTensor(s: State, x: Volume): tf.Tensor {
  const sizes = [x.depth, x.height, x.width].slice(3 - RULES[s.kind].rank);
  return tf.tensor(x.values, [...sizes, x.channels]);
}

/** The filters of a state: one, or the two of a separable kind. */
export function filtersOf(s: State): readonly Filter[] {
  const chosen = chosenFilter(s);
  if (s.kind === 'depthwiseSeparable') return [chosen, pointwiseFilter(s)];
  if (s.kind !== 'spatial') return [chosen];
  return tf.tidy(() => {
    const {columnFilter, rowFilter} = separateFilter(tf.tensor2d(chosen.values, [s.kernel, s.kernel]), {rank: s.rank});
    return [columnFilter, rowFilter].map(t => ({shape: t.shape, values: t.dataSync<'float32'>()}));
  });
}

export const filterTensors = (filters: readonly Filter[]): tf.Tensor[] =>
  filters.map(({shape, values}) => tf.tensor(values, [...shape]));

/** What the first of two passes makes, which the ops keep to themselves. */
function middleOf(s: State, x: tf.Tensor, first: tf.Tensor): tf.Tensor | undefined {
  if (s.kind === 'depthwiseSeparable') return depthwiseConv2d(x as tf.Tensor3D, first as tf.Tensor4D, optionsOf(s));
  if (s.kind !== 'spatial') return undefined;
  const [{axes}] = passesOf(s);
  const {stride, padBefore, padAfter, dilation} = axes[1];
  return conv2d(x as tf.Tensor3D, first as tf.Tensor4D, {
    strides: [stride, 1],
    dilations: [dilation, 1],
    pad: [
      [padBefore, padAfter],
      [0, 0],
    ],
    flipFilter: s.flip,
  });
}

function volumeOf(tensor: tf.Tensor, values: Float32Array): Volume {
  const [channels, width, height = 1, depth = 1] = [...tensor.shape].reverse();
  return {values, depth, height, width, channels};
}

/**
 * Computes a state on the current backend.
 * @throws what the op throws.
 */
export async function compute(s: State, x: Volume): Promise<Result> {
  const filters = filtersOf(s);
  const made = tf.tidy(() => {
    const input = inputTensor(s, x);
    const [first, second] = filterTensors(filters);
    const middle = middleOf(s, input, first);
    const y = call([input, first, second], s);
    return middle === undefined ? [y] : [middle, y];
  });
  try {
    const volumes = await Promise.all(made.map(async t => volumeOf(t, (await t.data<'float32'>()).slice())));
    return {state: s, passes: passesOf(s), volumes: [x, ...volumes], filters};
  } finally {
    tf.dispose(made);
  }
}
