import {expandDims, squeeze} from '@tensorflow/tfjs-core';
import type {serialization, Tensor, Tensor4D} from '@tensorflow/tfjs-core';
import type {Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../errors.js';
import {windowSize} from '../geometry/axis.js';
import type {ConvOptions} from '../geometry/options.js';
import {isPositive} from '../geometry/validate.js';
import {depthwiseSeparableConv2d} from '../ops/depthwise_separable_conv2d.js';
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
import {KERNEL_RULES, oneShape, serialized, StockSeparableConv, weightRules} from './stock.js';
import type {SeparableConv, SeparableConvLayerArgs} from './stock.js';
import {callLayer} from './stock_calls.js';
import type {Kwargs} from './stock_calls.js';

export type {SeparableConvLayerArgs} from './stock.js';

function buildSeparableConv(layer: SeparableConv, inputShape: Shape | Shape[]): void {
  const {rank, kernelSize, depthMultiplier, filters} = layer;
  const shape = oneShape(layer, inputShape);
  if (shape.length < rank + 2) {
    throw new Error(
      `Inputs to ${layer.getClassName()} should have rank ${rank + 2}, but received input shape: ${JSON.stringify(shape)}`,
    );
  }
  const inChannels = inputChannels(layer, shape);
  const mid = inChannels * depthMultiplier;
  layer.depthwiseKernel = addWeight(layer, 'depthwise_kernel', [...kernelSize, inChannels, depthMultiplier], {
    initializer: layer.depthwiseInitializer,
    regularizer: layer.depthwiseRegularizer,
    constraint: layer.depthwiseConstraint,
  });
  layer.pointwiseKernel = addWeight(layer, 'pointwise_kernel', [...kernelSize.map(() => 1), mid, filters], {
    initializer: layer.pointwiseInitializer,
    regularizer: layer.pointwiseRegularizer,
    constraint: layer.pointwiseConstraint,
  });
  finishBuild(layer, inChannels, filters);
}

/** The options of the 2-D op that computes a 1-D layer along the width. */
function widthOptions({strides, dilationRate, kernelSize, padding, dataFormat}: SeparableConv): ConvOptions {
  const [kernel, dilation] = [kernelSize[0], dilationRate[0]];
  return {
    strides: [1, strides[0]],
    dilations: [1, dilation],
    pad:
      padding !== 'causal'
        ? padding
        : [
            [0, 0],
            [windowSize({kernel, dilation}) - 1, 0],
          ],
    dataFormat: dataFormat === 'channelsFirst' ? 'NCHW' : 'NHWC',
  };
}

export const callSeparableConv = (layer: SeparableConv, inputs: Tensor | Tensor[]): Tensor =>
  callConv(layer, inputs, (x, epilogue) => {
    // A layer is built before it is called.
    const [depthwise, pointwise] = [layer.depthwiseKernel!.read(), layer.pointwiseKernel!.read()];
    if (layer.rank === 2) {
      const options = {...mapOptions(layer), ...epilogue};
      return depthwiseSeparableConv2d(x as Tensor4D, depthwise as Tensor4D, pointwise as Tensor4D, options);
    }
    const height = layer.dataFormat === 'channelsFirst' ? 2 : 1;
    const y = depthwiseSeparableConv2d<Tensor4D>(
      expandDims<Tensor4D>(x, height),
      expandDims<Tensor4D>(depthwise, 0),
      expandDims<Tensor4D>(pointwise, 0),
      {...widthOptions(layer), ...epilogue},
    );
    return squeeze(y, [height]);
  });

const separableOutputShape = (layer: SeparableConv, inputShape: Shape | Shape[]): Shape =>
  reshaped(layer, inputShape, convSize(layer), () => layer.filters);

/** The configuration with what TensorFlow.js' own layers leave out of it, where it is not the default. */
export function separableConfig(layer: SeparableConv, config: serialization.ConfigDict): serialization.ConfigDict {
  if (layer.depthMultiplier !== 1) config.depthMultiplier = layer.depthMultiplier;
  config.pointwiseInitializer = serialized(layer.pointwiseInitializer);
  return config;
}

abstract class SeparableConvND extends StockSeparableConv {
  constructor(rank: 1 | 2, args: SeparableConvLayerArgs) {
    // TensorFlow.js' own class knows no causal padding.
    const isCausal = rank === 1 && args.padding === 'causal';
    super(rank, isCausal ? {...args, padding: 'valid'} : args);
    if (isCausal) this.padding = 'causal';
    // TensorFlow.js' own class takes the initializer of the other kernel.
    const {pointwiseInitializer = 'glorotUniform'} = args;
    this.pointwiseInitializer = weightRules({initializer: pointwiseInitializer}).initializer;
    if (!isPositive(this.depthMultiplier)) {
      fail(
        this.getClassName(),
        LAYER_RULES.positiveInteger('depthMultiplier'),
        'depthMultiplier',
        this.depthMultiplier,
      );
    }
    finishConstruction(this);
  }

  override build(inputShape: Shape | Shape[]): void {
    buildSeparableConv(this, inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: Kwargs): Tensor | Tensor[] {
    return callLayer(this, inputs, kwargs, () => callSeparableConv(this, inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return separableOutputShape(this, inputShape);
  }

  override getConfig(): serialization.ConfigDict {
    return separableConfig(this, addActivityConfig(this, super.getConfig()));
  }

  /**
   * Makes the layer that a configuration describes. Keras writes rules of a kernel that a separable convolution does not
   * have, which are left out.
   */
  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const known = {...config};
    for (const name of KERNEL_RULES) delete known[name];
    return new cls(known);
  }
}

/**
 * 1-D separable convolution layer: a depthwise convolution, then a pointwise one that mixes the channels, in one op, with
 * causal padding, and strides together with dilation.
 *
 * Weights: depthwise_kernel [kernelSize, inChannels, depthMultiplier], pointwise_kernel [1, inChannels * depthMultiplier,
 * filters], bias [filters].
 */
export class SeparableConv1D extends SeparableConvND {
  static override className = 'SeparableConv1D';

  constructor(args: SeparableConvLayerArgs) {
    super(1, args);
  }
}

/**
 * 2-D separable convolution layer: a depthwise convolution, then a pointwise one that mixes the channels, in one op, with
 * dilation and strides of any kind.
 *
 * Weights: depthwise_kernel [kernelHeight, kernelWidth, inChannels, depthMultiplier], pointwise_kernel [1, 1, inChannels *
 * depthMultiplier, filters], bias [filters].
 */
export class SeparableConv2D extends SeparableConvND {
  static override className = 'SeparableConv2D';

  constructor(args: SeparableConvLayerArgs) {
    super(2, args);
  }
}
