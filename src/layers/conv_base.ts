import {cast, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {layers, LayerVariable, Shape} from '@tensorflow/tfjs-layers';
import {fail, RULES} from '../errors.js';
import {convAxis} from '../geometry/axis.js';
import type {Activation, ConvOptions, DataFormat} from '../geometry/options.js';
import {isListOf, isPositive, perAxis, resolveGroups} from '../geometry/validate.js';
import type {SpatialRank} from '../geometry/validate.js';
import {keepOutput, takeActivityRegularizer} from './activity.js';
import {LAYER_RULES} from './rules.js';
import {oneShape, oneTensor} from './stock.js';
import type {BaseConv, WeightRules} from './stock.js';

/*
 * What the convolution layers have in common, as functions of a layer: those of this package and TensorFlow.js' own,
 * whose methods `registerLayers()` replaces, use the same.
 */

const DATA_FORMATS: Readonly<Record<SpatialRank, Readonly<Record<BaseConv['dataFormat'], DataFormat>>>> = {
  1: {channelsLast: 'NWC', channelsFirst: 'NCW'},
  2: {channelsLast: 'NHWC', channelsFirst: 'NCHW'},
  3: {channelsLast: 'NDHWC', channelsFirst: 'NCDHW'},
};

/** Activations of TensorFlow.js' layers that the ops apply in their last step, by the names of their classes. */
const FUSIBLE: Readonly<Record<string, Activation>> = {
  linear: 'linear',
  relu: 'relu',
  relu6: 'relu6',
  elu: 'elu',
  sigmoid: 'sigmoid',
};

/**
 * What is left to do in the constructor of a layer, after that of TensorFlow.js' own class.
 * @throws `<class>: <rule>; got <name>=<value>` where kernelSize, strides, dilationRate or padding is none that the layer
 *     may have.
 */
export function finishConstruction(layer: BaseConv): void {
  const op = layer.getClassName();
  if (!isListOf(layer.kernelSize, layer.rank, isPositive)) {
    fail(op, RULES.positive('kernelSize'), 'kernelSize', layer.kernelSize);
  }
  perAxis({op, rank: layer.rank}, 'strides', layer.strides);
  perAxis({op, rank: layer.rank}, 'dilations', layer.dilationRate);
  if (layer.padding === 'causal' && layer.rank !== 1) fail(op, RULES.causal, 'padding', layer.padding);
  takeActivityRegularizer(layer);
}

/** @throws `<class>: <rule>; got <name>=<value>` if groups is no positive integer, or one that does not divide. */
export function ensureGroups(op: string, groups: number, name: string, channels: number): void {
  resolveGroups(op, groups);
  if (channels % groups !== 0) fail(op, RULES.groupsDivide(name), `[groups, ${name}]`, [groups, channels]);
}

const channelAxisOf = ({dataFormat, rank}: BaseConv): number => (dataFormat === 'channelsFirst' ? 1 : rank + 1);

/** The number of input channels, which a layer has to know when it makes its weights. */
export function inputChannels(layer: BaseConv, shape: Shape): number {
  const channels = shape[layer.dataFormat === 'channelsFirst' ? 1 : shape.length - 1];
  if (channels == null || channels < 0) {
    fail(layer.getClassName(), LAYER_RULES.channelsDefined, 'inputShape', shape);
  }
  return channels;
}

/** A weight as a layer adds it. */
export function addWeight(layer: BaseConv, name: string, shape: Shape, rules: WeightRules): LayerVariable {
  // The registration boundary: TensorFlow.js has the method for its subclasses only.
  const open = layer as unknown as {readonly addWeight: layers.Layer['addWeight']};
  return open.addWeight.call(
    layer,
    name,
    shape,
    'float32',
    rules.initializer,
    rules.regularizer,
    true,
    rules.constraint,
  );
}

/** Adds the bias, if the layer has one, and tells TensorFlow.js what input it was built for. */
export function finishBuild(layer: BaseConv, inChannels: number, outChannels: number): void {
  layer.bias = !layer.useBias
    ? null
    : addWeight(layer, 'bias', [outChannels], {
        initializer: layer.biasInitializer,
        regularizer: layer.biasRegularizer,
        constraint: layer.biasConstraint,
      });
  layer.inputSpec = [{ndim: layer.rank + 2, axes: {[channelAxisOf(layer)]: inChannels}}];
  layer.built = true;
}

/** The options of the op that computes the layer, but for the bias and the activation. */
export const mapOptions = ({rank, strides, padding, dilationRate, dataFormat}: BaseConv): ConvOptions => ({
  strides,
  pad: padding,
  dilations: dilationRate,
  dataFormat: DATA_FORMATS[rank][dataFormat],
});

/**
 * Computes a layer: the op gets the bias, and the activation where it has it; others are applied after it. Inputs are
 * computed in float32.
 */
export function callConv(
  layer: BaseConv,
  inputs: Tensor | Tensor[],
  run: (x: Tensor, epilogue: Pick<ConvOptions, 'bias' | 'activation'>) => Tensor,
): Tensor {
  return tidy(() => {
    const x = cast(oneTensor(layer, inputs), 'float32');
    const fused: Activation | undefined = FUSIBLE[layer.activation.getClassName()];
    // A bias has one axis.
    const bias = layer.bias == null ? undefined : (layer.bias.read() as NonNullable<ConvOptions['bias']>);
    const y = run(x, {bias, activation: fused ?? 'linear'});
    const activated = fused === undefined ? layer.activation.apply(y) : y;
    keepOutput(layer, activated);
    return activated;
  });
}

/** A shape with other spatial sizes and channels. A size of null is not known, and stays so. */
export function reshaped(
  layer: BaseConv,
  given: Shape | Shape[],
  sizeOf: (size: number, axis: number) => number,
  channelsOf: (channels: number) => number,
): Shape {
  const shape = oneShape(layer, given);
  const channelAxis = layer.dataFormat === 'channelsFirst' ? 1 : shape.length - 1;
  const firstSpatial = layer.dataFormat === 'channelsFirst' ? 2 : 1;
  return shape.map((size, axis) => {
    if (axis === 0 || (size == null && axis !== channelAxis)) return size;
    // Channels that do not depend on the input are known where those of the input are not.
    if (axis === channelAxis) return channelsOf(Number(size));
    return sizeOf(Number(size), axis - firstSpatial);
  });
}

/** The size of an axis after the convolution of the layer. */
export const convSize =
  ({kernelSize, strides, dilationRate, padding}: BaseConv) =>
  (input: number, axis: number): number =>
    convAxis({input, kernel: kernelSize[axis], stride: strides[axis], dilation: dilationRate[axis]}, padding).output;
