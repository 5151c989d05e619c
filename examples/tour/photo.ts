/** The photograph in the forms that the steps use, and words about shapes. */
import * as tf from '@tensorflow/tfjs-core';
import {pointwiseConv2d} from 'tfjs-conv';
import {asProjection, LUMA} from './filters.js';

export interface Photo {
  /** [height, width, 3], 0..1. */
  readonly color: tf.Tensor3D;
  /** [height, width, 1]. */
  readonly gray: tf.Tensor3D;
}

export function photoOf(color: tf.Tensor3D): Photo {
  return {color, gray: pointwiseConv2d(color, asProjection(LUMA))};
}

export function shape(t: tf.Tensor): string {
  return t.shape.join('×');
}

/** `300×451×3 → 298×449×3 · note` */
export function shapes(x: tf.Tensor, y: tf.Tensor, ...notes: string[]): string {
  return [`${shape(x)} → ${shape(y)}`, ...notes].join(' · ');
}

/** A part whose corner and size are fractions of the picture; even sizes, so that it halves exactly. */
export function crop(t: tf.Tensor3D, top: number, left: number, height: number, width: number): tf.Tensor3D {
  const [h, w] = t.shape;
  const [y, x] = [Math.min(Math.round(top * h), h - height), Math.min(Math.round(left * w), w - width)];
  return tf.slice(t, [y, x, 0], [height, width, -1]);
}

/** [count, height, width, channels]: a camera moving over the picture, `dy` and `dx` pixels a frame. */
export function panning(t: tf.Tensor3D, count: number, dy: number, dx: number): tf.Tensor4D {
  const [h, w] = t.shape;
  const [height, width] = [Math.floor((h * 2) / 3), Math.floor((w * 2) / 3)];
  const frame = (i: number): tf.Tensor3D => tf.slice(t, [i * dy, i * dx, 0], [height, width, -1]);
  return tf.tidy(() => tf.stack(Array.from({length: count}, (_, i) => frame(i))) as tf.Tensor4D);
}

export function channel(t: tf.Tensor, index: number): tf.Tensor3D {
  return tf.slice(t, [0, 0, index], [-1, -1, 1]) as tf.Tensor3D;
}

export function frame(t: tf.Tensor, index: number): tf.Tensor3D {
  return tf.tidy(() => tf.squeeze(tf.slice(t, [index, 0, 0, 0], [1, -1, -1, -1]), [0]));
}

export function range(count: number): number[] {
  return Array.from({length: count}, (_, i) => i);
}
