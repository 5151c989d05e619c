import * as tf from '@tensorflow/tfjs-core';
import {conv1d, conv2d, conv2dTranspose, conv3d, depthwiseConv2d, variantsRun} from 'tfjs-conv';
import {LAYERS} from '../../../../bench/shapes.js';
import type {Layer} from '../../../../bench/shapes.js';
import {randomNumbers} from '../model/inputs.js';
import {differenceOf, timesOf} from './measure.js';

const multiplications = ({op, x, filter, options: {strides = 1}}: Layer): number => {
  const positions = x
    .slice(1, -1)
    .reduce((n, size) => n * (op === 'conv2dTranspose' ? size : size / (strides as number)), 1);
  return positions * filter.reduce((n, size) => n * size, 1);
};

/** Multiplications of a layer that even plain JavaScript computes in a moment. */
const MOST_OF_A_FEW = 60e6;

/** The layers that can be measured: a few small ones, or all. */
export const BENCHES = {few: LAYERS.filter(layer => multiplications(layer) < MOST_OF_A_FEW), all: LAYERS} as const;

/** One row of the bench; times are medians in milliseconds. */
export interface Row {
  readonly layer: string;
  readonly variant: string;
  readonly ours: number;
  readonly builtin: number;
  /** Largest difference of the two results. */
  readonly difference: number;
}

type Op = (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor;

function ours({op, options}: Layer): Op {
  switch (op) {
    case 'conv1d':
      return (x, f) => conv1d(x as tf.Tensor3D, f as tf.Tensor3D, options);
    case 'conv2d':
      return (x, f) => conv2d(x as tf.Tensor4D, f as tf.Tensor4D, options);
    case 'conv3d':
      return (x, f) => conv3d(x as tf.Tensor5D, f as tf.Tensor5D, options);
    case 'depthwiseConv2d':
      return (x, f) => depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, options);
    case 'conv2dTranspose':
      return (x, f) => conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, options);
  }
}

/** The built-in op; a grouped convolution is what one writes today, one convolution for each group. */
function builtin({op, x: [, height, width], filter, options}: Layer): Op {
  const {strides = 1, dilations = 1, groups = 1} = options;
  const stride = strides as number;
  switch (op) {
    case 'conv1d':
      return (x, f) => tf.conv1d(x as tf.Tensor3D, f as tf.Tensor3D, stride, 'same');
    case 'conv3d':
      return (x, f) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, stride, 'same');
    case 'depthwiseConv2d':
      return (x, f) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, 'same', 'NHWC', dilations as number);
    case 'conv2dTranspose':
      return (x, f) =>
        tf.conv2dTranspose(
          x as tf.Tensor4D,
          f as tf.Tensor4D,
          [1, height * stride, width * stride, filter[2]],
          stride,
          'same',
        );
    case 'conv2d': {
      const one = (x: tf.Tensor, f: tf.Tensor): tf.Tensor =>
        tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, 'same', 'NHWC', dilations as number);
      if (groups === 1) return one;
      return (x, f) => {
        const filters = tf.split(f, groups, 3);
        return tf.concat(
          tf.split(x, groups, 3).map((part, g) => one(part, filters[g])),
          3,
        );
      };
    }
  }
}

const random = (shape: readonly number[], seed: number): tf.Tensor =>
  tf.tensor(
    randomNumbers(
      shape.reduce((a, b) => a * b),
      seed,
    ),
    [...shape],
  );

/** Measures one layer on the current backend; undefined where it is not wanted any more. */
export async function measureLayer(layer: Layer, isWanted: () => boolean): Promise<Row | undefined> {
  const [x, filter] = [random(layer.x, 1), random(layer.filter, 2)];
  const [own, theirs] = [ours(layer), builtin(layer)].map(op => (): tf.Tensor => op(x, filter));
  try {
    const difference = await differenceOf(own, theirs);
    if (!isWanted()) return undefined;
    const {result, variants} = variantsRun(() => tf.tidy(own));
    result.dispose();
    const times = await timesOf([own, theirs], isWanted);
    if (!isWanted()) return undefined;
    return {
      layer: layer.name,
      variant: variants.join(', '),
      ours: times[0].steady,
      builtin: times[1].steady,
      difference,
    };
  } finally {
    tf.dispose([x, filter]);
  }
}
