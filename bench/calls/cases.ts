import * as tf from '@tensorflow/tfjs-core';

/** The op of ours, or TensorFlow.js' own that computes the same. */
export type Conv2d = (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor;

/** A call that a process runs again and again. */
interface Case {
  readonly name: string;
  /** Makes the operands of the call, and those of another layer, which runs before it, as in a process that works. */
  readonly prepare: (conv2d: Conv2d) => Readonly<Record<'before' | 'run', () => tf.Tensor>>;
}

const filled = <R extends tf.Rank>(shape: tf.ShapeMap[R]): tf.Tensor<R> => tf.fill(shape, 0.5);

function fused(size: number, channels: number, outputs: number): () => tf.Tensor {
  const x = filled<tf.Rank.R4>([1, size, size, channels]);
  const filter = filled<tf.Rank.R4>([1, 1, channels, outputs]);
  const bias = filled<tf.Rank.R1>([outputs]);
  return () => tf.fused.conv2d({x, filter, strides: 1, pad: 'same', bias, activation: 'relu'});
}

function depthwise(size: number, channels: number): () => tf.Tensor {
  const x = filled<tf.Rank.R4>([1, size, size, channels]);
  const filter = filled<tf.Rank.R4>([3, 3, channels, 1]);
  return () => tf.depthwiseConv2d(x, filter, 1, 'same');
}

function plain(conv2d: Conv2d, size: number, channels: number, outputs: number): () => tf.Tensor {
  const x = filled<tf.Rank.R4>([1, size, size, channels]);
  const filter = filled<tf.Rank.R4>([1, 1, channels, outputs]);
  return () => conv2d(x, filter);
}

/** The calls of a process that are timed one by one. */
export const FIRST_CALLS = 20;

/** The calls that are measured, each in processes of its own. */
export const CASES: readonly Case[] = [
  {name: 'fused 1x1, 1x1x96 to 24', prepare: () => ({before: fused(2, 24, 96), run: fused(1, 96, 24)})},
  {name: 'depthwise 3x3, 3x3x96', prepare: () => ({before: depthwise(5, 32), run: depthwise(3, 96)})},
  {
    name: 'conv2d of the package, 1x1, 1x1x96 to 24',
    prepare: conv2d => ({before: plain(conv2d, 2, 24, 96), run: plain(conv2d, 1, 96, 24)}),
  },
];

/** A model as small as models are: what it takes to start is what counts. */
export function tinyModel(): (x: tf.Tensor4D) => tf.Tensor {
  const first = filled<tf.Rank.R4>([3, 3, 3, 8]);
  const middle = filled<tf.Rank.R4>([3, 3, 8, 1]);
  const last = filled<tf.Rank.R4>([1, 1, 8, 16]);
  return x =>
    tf.tidy(() =>
      tf.conv2d(tf.relu(tf.depthwiseConv2d(tf.conv2d(x, first, 2, 'same'), middle, 1, 'same')), last, 1, 'same'),
    );
}
