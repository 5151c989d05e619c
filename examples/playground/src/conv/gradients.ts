import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import {conv2d} from 'tfjs-conv';
import {passesOf, receptiveField} from '../model/geometry.js';
import {RULES} from '../model/rules.js';
import type {State} from '../model/state.js';
import type {Volume} from '../model/window.js';
import {call, filterTensors, filtersOf, inputTensor} from './compute.js';

const planeOf = async (t: tf.Tensor, shape: Omit<Volume, 'values'>): Promise<Volume> => ({
  ...shape,
  values: (await t.data<'float32'>()).slice(),
});

/** dx and, for each filter, dfilter at dy. */
export async function gradientsAt(
  s: State,
  x: Volume,
  y: Volume,
  dy: Float32Array,
): Promise<{dx: Volume; dfilters: Float32Array[]}> {
  const made = tf.tidy(() => {
    const filters = filterTensors(filtersOf(s));
    const sizes = [y.depth, y.height, y.width].slice(3 - RULES[s.kind].rank);
    const given = tf.tensor(dy, [...sizes, y.channels]);
    const run = tf.grads((image: tf.Tensor, first: tf.Tensor, second?: tf.Tensor) => call([image, first, second], s));
    return run([inputTensor(s, x), ...filters], given);
  });
  try {
    const [dx, ...rest] = made;
    const dfilters = await Promise.all(rest.map(async t => (await t.data<'float32'>()).slice()));
    return {dx: await planeOf(dx, x), dfilters};
  } finally {
    tf.dispose(made);
  }
}

/** By how many paths each input reaches one output of `layers` such convolutions: the gradient for filters of ones. */
export async function pathsOf(s: State, layers: number): Promise<Volume> {
  const size = receptiveField(passesOf(s)[0].axes[2], layers);
  const dx = tf.tidy(() => {
    const ones = tf.ones<tf.Rank.R4>([s.kernel, s.kernel, 1, 1]);
    const stack = (x: tf.Tensor): tf.Tensor => {
      let y = x as tf.Tensor3D;
      for (let layer = 0; layer < layers; layer++) y = conv2d(y, ones, {strides: s.stride, dilations: s.dilation});
      return y;
    };
    return tf.grad(stack)(tf.zeros([size, size, 1]));
  });
  try {
    return await planeOf(dx, {depth: 1, height: size, width: size, channels: 1});
  } finally {
    dx.dispose();
  }
}
