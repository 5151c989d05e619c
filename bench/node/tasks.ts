import * as tf from '@tensorflow/tfjs-core';
import {conv1d, conv2d, conv3d, depthwiseConv2d} from 'tfjs-conv';
import type {ConvOptions} from 'tfjs-conv';

/** The same numbers by an op of this package, and by what a user of TensorFlow.js writes instead. */
export interface Task {
  readonly name: string;
  /** Shapes of x and filter. */
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly ours: (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor[];
  readonly builtin: (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor[];
}

type Op = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;
type Both = Pick<Task, 'ours' | 'builtin'>;

const forward = (ours: Op, builtin: Op): Both => ({
  ours: (x, filter) => [ours(x, filter)],
  builtin: (x, filter) => [builtin(x, filter)],
});

const gradientsOf =
  (op: Op): Task['ours'] =>
  (x, filter) =>
    tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(op(a, b)))([x, filter]);
const gradients = (ours: Op, builtin: Op): Both => ({ours: gradientsOf(ours), builtin: gradientsOf(builtin)});

const conv =
  (options: ConvOptions): Op =>
  (x, filter) =>
    conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {pad: 'same', ...options});
const depthwise =
  (options: ConvOptions): Op =>
  (x, filter) =>
    depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {pad: 'same', ...options});
const line =
  (options: ConvOptions): Op =>
  (x, filter) =>
    conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, {pad: 'same', ...options});

const builtinConv =
  (dataFormat: 'NHWC' | 'NCHW' = 'NHWC'): Op =>
  (x, filter) =>
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same', dataFormat);
const builtinLine =
  (stride: number, dilation: number): Op =>
  (x, filter) =>
    tf.conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, stride, 'same', 'NWC', dilation);

/** Dilation 2 as Keras exports it: equally long phases into the batch, an undilated 3x3 convolution, and back. */
const byPhases =
  (op: Op): Op =>
  (x, filter) => {
    const [, height, width] = x.shape;
    const missing = [height % 2, width % 2];
    const phases = tf.spaceToBatchND(
      x,
      [2, 2],
      missing.map(size => [2, 2 + size]),
    );
    return tf.batchToSpaceND(
      op(phases, filter),
      [2, 2],
      missing.map(size => [0, size]),
    );
  };

/** The same in 1-D. */
const lineByPhases =
  (dilation: number): Op =>
  (x, filter) => {
    const reach = (filter.shape[0] - 1) * dilation;
    const phases = tf.spaceToBatchND(x, [dilation], [[reach / 2, reach / 2]]);
    return tf.batchToSpaceND(tf.conv1d(phases as tf.Tensor3D, filter as tf.Tensor3D, 1, 'valid'), [dilation], [[0, 0]]);
  };

/** Dilation 2 as a filter with zeros between the taps. */
const byZeros =
  (op: Op): Op =>
  (x, filter) => {
    const [height, width, ...channels] = filter.shape;
    const spread = tf.pad(tf.reshape(filter, [height, 1, width, 1, tf.util.sizeFromShape(channels)]), [
      [0, 0],
      [0, 1],
      [0, 0],
      [0, 1],
      [0, 0],
    ]);
    const whole = tf.reshape(spread, [2 * height, 2 * width, ...channels]);
    return op(x, tf.slice(whole, [0, 0, 0, 0], [2 * height - 1, 2 * width - 1, ...channels]));
  };

/** Groups as users write them: split, convolve, concatenate. */
const bySplit =
  (groups: number, op: Op): Op =>
  (x, filter) => {
    const [xs, filters] = [tf.split(x, groups, x.rank - 1), tf.split(filter, groups, filter.rank - 1)];
    return tf.concat(
      xs.map((part, g) => op(part, filters[g])),
      x.rank - 1,
    );
  };

const valid: Op = (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid');
const validDepthwise: Op = (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid');
const builtinDepthwise: Op = (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
const solid: Op = (x, filter) => tf.conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, 1, 'same');

export const TASKS: readonly Task[] = [
  {name: '1-D 3, 64x16-16', x: [1, 64, 16], filter: [3, 16, 16], ...forward(line({}), builtinLine(1, 1))},
  {name: '1-D 3, 1024x64-64', x: [1, 1024, 64], filter: [3, 64, 64], ...forward(line({}), builtinLine(1, 1))},
  {
    name: '1-D 3 dilation 4, 1024x64-64',
    x: [1, 1024, 64],
    filter: [3, 64, 64],
    ...forward(line({dilations: 4}), builtinLine(1, 4)),
  },
  {
    name: '1-D 25 stride 4, 16000x1-32',
    x: [1, 16000, 1],
    filter: [25, 1, 32],
    ...forward(line({strides: 4}), builtinLine(4, 1)),
  },
  {
    name: '1-D 3, 1024x64-64, gradients',
    x: [1, 1024, 64],
    filter: [3, 64, 64],
    ...gradients(line({}), builtinLine(1, 1)),
  },
  {
    name: '1-D 3 dilation 4, 1024x64-64, gradients',
    x: [1, 1024, 64],
    filter: [3, 64, 64],
    ...gradients(line({dilations: 4}), lineByPhases(4)),
  },
  {name: '1-D 25, 16000x1-64', x: [1, 16000, 1], filter: [25, 1, 64], ...forward(line({}), builtinLine(1, 1))},
  {
    name: '1-D 25, 16000x1-64, gradients',
    x: [1, 16000, 1],
    filter: [25, 1, 64],
    ...gradients(line({}), builtinLine(1, 1)),
  },
  {
    name: '1-D 31, 4096x16-16, gradients',
    x: [1, 4096, 16],
    filter: [31, 16, 16],
    ...gradients(line({}), builtinLine(1, 1)),
  },
  {
    name: '1-D 15, 2048x64-64, gradients',
    x: [1, 2048, 64],
    filter: [15, 64, 64],
    ...gradients(line({}), builtinLine(1, 1)),
  },
  {
    name: '3x3 56x56 64-64 NCHW',
    x: [1, 64, 56, 56],
    filter: [3, 3, 64, 64],
    ...forward(conv({dataFormat: 'NCHW'}), builtinConv('NCHW')),
  },
  {
    name: '1x1 56x56 64-256 NCHW',
    x: [1, 64, 56, 56],
    filter: [1, 1, 64, 256],
    ...forward(conv({dataFormat: 'NCHW'}), builtinConv('NCHW')),
  },
  {
    name: '3x3 56x56 64-64, gradients',
    x: [1, 56, 56, 64],
    filter: [3, 3, 64, 64],
    ...gradients(conv({}), builtinConv()),
  },
  {
    name: '1x1 14x14 512-512, gradients',
    x: [1, 14, 14, 512],
    filter: [1, 1, 512, 512],
    ...gradients(conv({}), builtinConv()),
  },
  {name: '3x3 8x8 32-32, gradients', x: [1, 8, 8, 32], filter: [3, 3, 32, 32], ...gradients(conv({}), builtinConv())},
  {
    name: '15x15 32x32 16-16, gradients',
    x: [1, 32, 32, 16],
    filter: [15, 15, 16, 16],
    ...gradients(conv({}), builtinConv()),
  },
  {
    name: '3x3 dilation 2 28x28 256-256, gradients',
    x: [1, 28, 28, 256],
    filter: [3, 3, 256, 256],
    ...gradients(conv({dilations: 2}), byPhases(valid)),
  },
  {
    name: '3x3 dilation 2 28x28 256-256, gradients, zeros',
    x: [1, 28, 28, 256],
    filter: [3, 3, 256, 256],
    ...gradients(conv({dilations: 2}), byZeros(builtinConv())),
  },
  {
    name: 'groups 32 3x3 56x56 128-128, gradients',
    x: [1, 56, 56, 128],
    filter: [3, 3, 4, 128],
    ...gradients(conv({groups: 32}), bySplit(32, builtinConv())),
  },
  {
    name: 'depthwise 3x3 56x56x128, gradients',
    x: [1, 56, 56, 128],
    filter: [3, 3, 128, 1],
    ...gradients(depthwise({}), builtinDepthwise),
  },
  {
    name: 'depthwise 5x5 56x56x128, gradients',
    x: [1, 56, 56, 128],
    filter: [5, 5, 128, 1],
    ...gradients(depthwise({}), builtinDepthwise),
  },
  {
    name: 'depthwise 3x3 dilation 2 56x56x128, gradients',
    x: [1, 56, 56, 128],
    filter: [3, 3, 128, 1],
    ...gradients(depthwise({dilations: 2}), byPhases(validDepthwise)),
  },
  {
    name: 'depthwise 3x3 dilation 2 57x57x128, gradients',
    x: [1, 57, 57, 128],
    filter: [3, 3, 128, 1],
    ...gradients(depthwise({dilations: 2}), byPhases(validDepthwise)),
  },
  {
    name: 'depthwise 3x3 dilation 2 56x56x128, gradients, zeros',
    x: [1, 56, 56, 128],
    filter: [3, 3, 128, 1],
    ...gradients(depthwise({dilations: 2}), byZeros(builtinDepthwise)),
  },
  {
    name: '3-D groups 8 3x3x3 16x28x28 32-32',
    x: [1, 16, 28, 28, 32],
    filter: [3, 3, 3, 4, 32],
    ...forward(
      (x, filter) => conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, {pad: 'same', groups: 8}),
      bySplit(8, solid),
    ),
  },
];
