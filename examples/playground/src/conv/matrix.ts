import * as tf from '@tensorflow/tfjs-core';
import {convMatrix} from 'tfjs-conv';
import {chosenFilter} from '../model/filters.js';
import {passesOf} from '../model/geometry.js';
import type {State} from '../model/state.js';
import type {Volume} from '../model/window.js';
import {optionsOf} from './compute.js';

/** Elements of the matrix up to which it is shown. */
const MOST = 1 << 20;

const matrix = (values: Float32Array, [height, width]: readonly number[]): Volume => ({
  values,
  depth: 1,
  height,
  width,
  channels: 1,
});

/** Rows and columns of a state's matrix; undefined where it is too large to see. */
export function matrixSizes(s: State): readonly [number, number] | undefined {
  if (s.kind !== 'conv2d' && s.kind !== 'transpose' && s.kind !== 'pointwise') return undefined;
  const [{axes, inChannels, outChannels}] = passesOf(s);
  const ins = axes[1].input * axes[2].input * inChannels;
  const outs = axes[1].output * axes[2].output * outChannels;
  const sizes = s.kind === 'transpose' ? ([ins, outs] as const) : ([outs, ins] as const);
  return sizes[0] * sizes[1] > 0 && sizes[0] * sizes[1] <= MOST && ins + outs <= 4096 ? sizes : undefined;
}

/** The matrix C of a convolution, or of the one whose transpose a transposed convolution is; C^T times its input. */
export async function matrixOf(s: State): Promise<Volume> {
  const [{axes}] = passesOf(s);
  const size = s.kind === 'transpose' ? 'output' : 'input';
  const {shape, values} = chosenFilter(s);
  const {strides, dilations, flipFilter} = optionsOf(s);
  const [h, w] = [axes[1], axes[2]];
  // The padding of 'same' is that of the convolution from the output back to the input, which rounds otherwise.
  const made = tf.tidy(() =>
    convMatrix(tf.tensor4d(values, [shape[0], shape[1], shape[2], shape[3]]), [h[size], w[size]], {
      strides,
      dilations,
      flipFilter,
      groups: s.groups,
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
