import {reshape} from '@tensorflow/tfjs-core';
import type {serialization, Tensor, Tensor3D, Tensor4D} from '@tensorflow/tfjs-core';
import type {LayerVariable, Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../errors.js';
import {isPositive} from '../geometry/validate.js';
import {conv1d} from '../ops/conv1d.js';
import {depthwiseConv2d} from '../ops/depthwise_conv2d.js';
import {addActivityConfig} from './activity.js';
import {
  addWeight,
  callConv,
  convSize,
  finishConstruction,
  finishBuild,
  inputChannels,
  mapOptions,
  reshaped,
} from './conv_base.js';
import {LAYER_RULES} from './rules.js';
import {oneShape, serialized, StockBaseConv, weightRules} from './stock.js';
import type {BaseConv, DepthwiseConvLayerArgs, WeightRules} from './stock.js';
import {callLayer} from './stock_calls.js';
import type {Kwargs} from './stock_calls.js';

export type {DepthwiseConvLayerArgs} from './stock.js';

/** A depthwise convolution layer of TensorFlow.js or of this package. */
export interface DepthwiseConv extends BaseConv {
  readonly depthMultiplier: number;
  readonly depthwiseInitializer: WeightRules['initializer'];
  readonly depthwiseRegularizer: WeightRules['regularizer'];
  readonly depthwiseConstraint: WeightRules['constraint'];
  depthwiseKernel: LayerVariable | null;
}

export function buildDepthwiseConv(layer: DepthwiseConv, inputShape: Shape | Shape[]): void {
  const {rank, kernelSize, depthMultiplier} = layer;
  const shape = oneShape(layer, inputShape);
  if (shape.length !== rank + 2) {
    throw new Error(
      `Inputs to ${layer.getClassName()} should have rank ${rank + 2}. Received input shape: ${JSON.stringify(shape)}.`,
    );
  }
  const inChannels = inputChannels(layer, shape);
  layer.depthwiseKernel = addWeight(layer, 'depthwise_kernel', [...kernelSize, inChannels, depthMultiplier], {
    initializer: layer.depthwiseInitializer,
    regularizer: layer.depthwiseRegularizer,
    constraint: layer.depthwiseConstraint,
  });
  finishBuild(layer, inChannels, inChannels * depthMultiplier);
}

/** A depthwise convolution in one dimension is a grouped one with a group for each channel. */
function depthwiseConv1d(x: Tensor, filter: Tensor, options: Parameters<typeof conv1d>[2]): Tensor {
  const [width, inChannels, depthMultiplier] = filter.shape;
  const grouped = reshape(filter, [width, 1, inChannels * depthMultiplier]);
  return conv1d(x as Tensor3D, grouped as Tensor3D, {...options, groups: inChannels});
}

export const callDepthwiseConv = (layer: DepthwiseConv, inputs: Tensor | Tensor[]): Tensor =>
  callConv(layer, inputs, (x, epilogue) => {
    // A layer is built before it is called.
    const filter = layer.depthwiseKernel!.read();
    const options = {...mapOptions(layer), ...epilogue};
    return layer.rank === 1
      ? depthwiseConv1d(x, filter, options)
      : depthwiseConv2d(x as Tensor4D, filter as Tensor4D, options);
  });

export const depthwiseOutputShape = (layer: DepthwiseConv, inputShape: Shape | Shape[]): Shape =>
  reshaped(layer, inputShape, convSize(layer), channels => channels * layer.depthMultiplier);

/** The configuration of the layer on top of that of every convolution. */
export function depthwiseConfig(layer: DepthwiseConv, config: serialization.ConfigDict): serialization.ConfigDict {
  config.depthMultiplier = layer.depthMultiplier;
  config.depthwiseInitializer = serialized(layer.depthwiseInitializer);
  config.depthwiseRegularizer = serialized(layer.depthwiseRegularizer);
  config.depthwiseConstraint = serialized(layer.depthwiseConstraint);
  return config;
}

abstract class DepthwiseConvND extends StockBaseConv implements DepthwiseConv {
  readonly depthMultiplier: number;
  readonly depthwiseInitializer: WeightRules['initializer'];
  readonly depthwiseRegularizer: WeightRules['regularizer'];
  readonly depthwiseConstraint: WeightRules['constraint'];
  depthwiseKernel: LayerVariable | null = null;

  constructor(rank: 1 | 2, args: DepthwiseConvLayerArgs) {
    super(rank, args);
    const {
      depthMultiplier = 1,
      depthwiseInitializer = 'glorotNormal',
      depthwiseRegularizer,
      depthwiseConstraint,
    } = args;
    if (!isPositive(depthMultiplier)) {
      fail(this.getClassName(), LAYER_RULES.positiveInteger('depthMultiplier'), 'depthMultiplier', depthMultiplier);
    }
    this.depthMultiplier = depthMultiplier;
    const rules = weightRules({
      initializer: depthwiseInitializer,
      regularizer: depthwiseRegularizer,
      constraint: depthwiseConstraint,
    });
    this.depthwiseInitializer = rules.initializer;
    this.depthwiseRegularizer = rules.regularizer;
    this.depthwiseConstraint = rules.constraint;
    finishConstruction(this);
  }

  override build(inputShape: Shape | Shape[]): void {
    buildDepthwiseConv(this, inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: Kwargs): Tensor | Tensor[] {
    return callLayer(this, inputs, kwargs, () => callDepthwiseConv(this, inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return depthwiseOutputShape(this, inputShape);
  }

  override getConfig(): serialization.ConfigDict {
    return depthwiseConfig(this, addActivityConfig(this, super.getConfig()));
  }
}

/**
 * 1-D depthwise convolution layer: each channel is convolved with `depthMultiplier` filters of its own, with causal
 * padding, and strides together with dilation.
 *
 * Weights: depthwise_kernel [kernelSize, inChannels, depthMultiplier], bias [inChannels * depthMultiplier].
 */
export class DepthwiseConv1D extends DepthwiseConvND {
  static override className = 'DepthwiseConv1D';

  constructor(args: DepthwiseConvLayerArgs) {
    super(1, args);
  }
}

/**
 * 2-D depthwise convolution layer: each channel is convolved with `depthMultiplier` filters of its own, with dilation and
 * strides of any kind.
 *
 * Weights: depthwise_kernel [kernelHeight, kernelWidth, inChannels, depthMultiplier], bias [inChannels *
 * depthMultiplier].
 */
export class DepthwiseConv2D extends DepthwiseConvND {
  static override className = 'DepthwiseConv2D';

  constructor(args: DepthwiseConvLayerArgs) {
    super(2, args);
  }
}
