import * as tf from '@tensorflow/tfjs-core';
import {convMatrix} from 'tfjs-conv';
import {chosenFilter} from '../model/filters.js';
import {passesOf} from '../model/geometry.js';
import type {Geometry} from '../model/geometry.js';
import {RULES} from '../model/rules.js';
import {sizeOf} from '../model/state.js';
import type {State} from '../model/state.js';
import type {Volume} from '../model/window.js';
import {call, filterTensors, filtersOf} from './compute.js';

/** Elements of the matrix up to which it is shown: in three dimensions it comes from as many images as it has columns. */
const MOST = [1 << 20, 1 << 20, 1 << 18] as const;
const MOST_VALUES = 4096;

const elements = ({axes, inChannels, outChannels}: Geometry): readonly [number, number] => [
  axes.reduce((n, {input}) => n * input, inChannels),
  axes.reduce((n, {output}) => n * output, outChannels),
];

/** Rows and columns of a state's matrix; undefined where it is too large to see, or where there are two. */
export function matrixSizes(s: State): readonly [number, number] | undefined {
  const [g, second] = passesOf(s);
  if (second !== undefined) return undefined;
  const {rank, transposed} = RULES[s.kind];
  const [ins, outs] = elements(g);
  if (ins * outs > MOST[rank - 1] || ins + outs > MOST_VALUES) return undefined;
  return transposed ? [ins, outs] : [outs, ins];
}

/** What the matrix of a state depends on, as text: not the numbers of its input. */
export const matrixFacts = (s: State): string => JSON.stringify({...s, input: sizeOf(s), cells: []});

/** The matrix of a line or an image, of which a line is one of a single row. */
function planeMatrix(s: State): tf.Tensor2D {
  const [{axes, groups, inChannels, outChannels}] = passesOf(s);
  const {transposed} = RULES[s.kind];
  const size = transposed ? 'output' : 'input';
  const {values} = chosenFilter(s);
  const [h, w] = [axes[1], axes[2]];
  // The filter of a transposed convolution is that of the convolution the other way.
  const channels: [number, number] = transposed
    ? [outChannels / groups, inChannels]
    : [inChannels / groups, outChannels];
  // The padding of 'same' is that of the convolution from the output back to the input, which rounds otherwise.
  return convMatrix(tf.tensor4d(values, [h.kernel, w.kernel, ...channels]), [h[size], w[size]], {
    strides: [h.stride, w.stride],
    dilations: [h.dilation, w.dilation],
    flipFilter: s.flip,
    groups,
    pad: [
      [h.padBefore, h.padAfter],
      [w.padBefore, w.padAfter],
    ],
  });
}

/** The matrix of a volume: what the op makes of each input that has a lone 1. */
function volumeMatrix(s: State): tf.Tensor2D {
  const [g] = passesOf(s);
  const [ins, outs] = elements(g);
  const units = tf.reshape(tf.eye(ins), [ins, ...g.axes.map(({input}) => input), g.inChannels]);
  const [filter] = filterTensors(filtersOf(s));
  const images = tf.reshape<tf.Rank.R2>(call([units, filter], s), [ins, outs]);
  return g.transposed ? images : tf.transpose(images);
}

/** The matrix C of a convolution, or of the one whose transpose a transposed convolution is; C^T times its input. */
export async function matrixOf(s: State): Promise<Volume> {
  const made = tf.tidy(() => (RULES[s.kind].rank === 3 ? volumeMatrix(s) : planeMatrix(s)));
  try {
    const [height, width] = made.shape;
    return {values: (await made.data<'float32'>()).slice(), depth: 1, height, width, channels: 1};
  } finally {
    made.dispose();
  }
}
