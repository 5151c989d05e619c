import * as tf from '@tensorflow/tfjs';
import * as conv from 'tfjs-conv';
import type {Activation} from 'tfjs-conv';
import {layers} from 'tfjs-conv/layers';
import type {LayerCase} from '../cases/layers.js';
import {numbers} from './data.js';

export const titleOf = ({factory, args}: LayerCase): string => `${factory} ${JSON.stringify(args)}`;

/** A layer by the name of its factory, of this package or of TensorFlow.js. */
export function makeLayer({factory, args}: LayerCase, factories: object = layers): tf.layers.Layer {
  // A case knows its arguments as a union.
  const make = (factories as Record<string, (given: LayerCase['args']) => tf.layers.Layer>)[factory];
  return make(args);
}

export const tensorOf = (label: string, shape: readonly number[]): tf.Tensor =>
  tf.tensor(
    Float32Array.from(
      numbers(
        label,
        shape.reduce((a, b) => a * b, 1),
      ),
    ),
    [...shape],
  );

/** Activations that the ops have; others are TensorFlow.js' own functions of the same name. */
const IN_OP: readonly string[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid'];
const AFTER = {tanh: tf.tanh, selu: tf.selu, softplus: tf.softplus} as const;

type Any4 = tf.Tensor4D;

/** The ops without the types of their ranks, which a case knows only at run time. */
const OPS: Readonly<Record<string, (x: tf.Tensor, kernels: tf.Tensor[], options: object) => tf.Tensor>> = {
  conv1d: (x, [k], o) => conv.conv1d(x as tf.Tensor3D, k as tf.Tensor3D, o),
  conv2d: (x, [k], o) => conv.conv2d(x as Any4, k as Any4, o),
  conv3d: (x, [k], o) => conv.conv3d(x as tf.Tensor5D, k as tf.Tensor5D, o),
  conv1dTranspose: (x, [k], o) => conv.conv1dTranspose(x as tf.Tensor3D, k as tf.Tensor3D, o),
  conv2dTranspose: (x, [k], o) => conv.conv2dTranspose(x as Any4, k as Any4, o),
  conv2dTransposeMatrix: (x, [k], o) => conv.conv2dTransposeMatrix(x as Any4, k as Any4, o),
  conv3dTranspose: (x, [k], o) => conv.conv3dTranspose(x as tf.Tensor5D, k as tf.Tensor5D, o),
  // A channel of a depthwise convolution is a group of a grouped one.
  depthwiseConv1d: (x, [k], o) =>
    conv.conv1d(x as tf.Tensor3D, k.reshape<tf.Tensor3D>([k.shape[0], 1, -1]), {...o, groups: k.shape[1]}),
  depthwiseConv2d: (x, [k], o) => conv.depthwiseConv2d(x as Any4, k as Any4, o),
  separableConv1d: (x, [d, p], {...o}) => {
    const {bias, activation, ...map} = o as {bias?: tf.Tensor1D; activation?: Activation};
    const mid = conv.conv1d(x as tf.Tensor3D, d.reshape<tf.Tensor3D>([d.shape[0], 1, -1]), {
      ...map,
      groups: d.shape[1],
    });
    return conv.conv1d(mid, p as tf.Tensor3D, {bias, activation});
  },
  separableConv2d: (x, [d, p], o) => conv.depthwiseSeparableConv2d(x as Any4, d as Any4, p as Any4, o),
  spatiallySeparableConv2d: (x, [c, r], o) => conv.spatiallySeparableConv2d(x as Any4, c as Any4, r as Any4, o),
};

/** What the layer of a case is to compute, by ops. */
export function computeByOps({factory, args, options}: LayerCase, x: tf.Tensor, weights: tf.Tensor[]): tf.Tensor {
  const {useBias = true, activation = 'linear'} = args;
  const kernels = useBias ? weights.slice(0, -1) : weights;
  const inOp = IN_OP.includes(activation) ? activation : 'linear';
  const bias = useBias ? weights[weights.length - 1] : undefined;
  const y = OPS[factory](x, kernels, {...options, bias, activation: inOp});
  return activation in AFTER ? AFTER[activation as keyof typeof AFTER](y) : y;
}

export const largestDifference = (a: tf.Tensor, b: tf.Tensor): number => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
