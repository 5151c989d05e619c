import * as tf from '@tensorflow/tfjs-core';
import {convMatrix} from 'tfjs-conv';
import {chosenFilter} from '../model/filters.js';
import {passesOf} from '../model/geometry.js';
import {RULES} from '../model/rules.js';
import type {Kind, State} from '../model/state.js';
import type {Volume} from '../model/window.js';

/** Elements of the matrix up to which it is shown. */
const MOST = 1 << 20;

const matrix = (values: Float32Array, [height, width]: readonly number[]): Volume => ({
  values,
  depth: 1,
  height,
  width,
  channels: 1,
});

/** Kinds of one pass in two dimensions, or in one: a line is an image of one row. */
const HAS_MATRIX: readonly Kind[] = [
  'conv2d',
  'pointwise',
  'depthwise',
  'transpose',
  'transposeMatrix',
  'conv1d',
  'transpose1d',
];

/** Rows and columns of a state's matrix; undefined where it is too large to see. */
export function matrixSizes(s: State): readonly [number, number] | undefined {
  if (!HAS_MATRIX.includes(s.kind)) return undefined;
  const [{axes, inChannels, outChannels}] = passesOf(s);
  const ins = axes[1].input * axes[2].input * inChannels;
  const outs = axes[1].output * axes[2].output * outChannels;
  const sizes = RULES[s.kind].transposed ? ([ins, outs] as const) : ([outs, ins] as const);
  return sizes[0] * sizes[1] > 0 && sizes[0] * sizes[1] <= MOST && ins + outs <= 4096 ? sizes : undefined;
}

/** The matrix C of a convolution, or of the one whose transpose a transposed convolution is; C^T times its input. */
export async function matrixOf(s: State): Promise<Volume> {
  const [{axes, groups, inChannels, outChannels}] = passesOf(s);
  const size = RULES[s.kind].transposed ? 'output' : 'input';
  const {values} = chosenFilter(s);
  const [h, w] = [axes[1], axes[2]];
  // The filter of a transposed convolution is that of the convolution the other way.
  const channels: [number, number] = RULES[s.kind].transposed
    ? [outChannels / groups, inChannels]
    : [inChannels / groups, outChannels];
  // The padding of 'same' is that of the convolution from the output back to the input, which rounds otherwise.
  const made = tf.tidy(() =>
    convMatrix(tf.tensor4d(values, [h.kernel, w.kernel, ...channels]), [h[size], w[size]], {
      strides: [h.stride, w.stride],
      dilations: [h.dilation, w.dilation],
      flipFilter: s.flip,
      groups,
      pad: [
        [h.padBefore, h.padAfter],
        [w.padBefore, w.padAfter],
      ],
    }),
  );
  try {
    return matrix((await made.data<'float32'>()).slice(), made.shape);
  } finally {
    made.dispose();
  }
}
