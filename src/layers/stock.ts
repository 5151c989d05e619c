import type {serialization, Tensor} from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import type {LayerVariable, Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../errors.js';
import type {SpatialRank} from '../geometry/validate.js';
import {LAYER_RULES} from './rules.js';

/*
 * The classes of TensorFlow.js' own convolution layers. TensorFlow.js exports no class of a layer but `Layer`, and its
 * types keep most fields to the classes themselves, so the types here say what those have.
 */

export type PaddingMode = 'valid' | 'same' | 'causal';
export type LayerDataFormat = 'channelsLast' | 'channelsFirst';

/** Arguments of every layer. */
export type LayerArgs = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;
export type ConvLayerArgs = Parameters<typeof layers.conv2d>[0];
/** Arguments of the depthwise convolution layers: those of TensorFlow.js' DepthwiseConv2D. */
export type DepthwiseConvLayerArgs = Parameters<typeof layers.depthwiseConv2d>[0];
/** Arguments of the depthwise separable convolution layers: those of TensorFlow.js' SeparableConv2D. */
export type SeparableConvLayerArgs = Parameters<typeof layers.separableConv2d>[0];
export type BaseConvLayerArgs = Omit<ConvLayerArgs, 'filters'> & LayerArgs;

/** An activation as layers hold it. */
export interface Activation extends serialization.Serializable {
  apply(x: Tensor): Tensor;
}

/** What initializes, regularizes or constrains a weight. */
export interface WeightRules {
  readonly initializer: NonNullable<Parameters<layers.Layer['addWeight']>[3]>;
  readonly regularizer: Parameters<layers.Layer['addWeight']>[4];
  readonly constraint: Parameters<layers.Layer['addWeight']>[6];
}

/** What every convolution layer of TensorFlow.js has. */
export interface BaseConv extends layers.Layer {
  readonly rank: SpatialRank;
  readonly kernelSize: number[];
  strides: number[];
  padding: PaddingMode;
  dataFormat: LayerDataFormat;
  dilationRate: number[];
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly biasInitializer: WeightRules['initializer'];
  readonly biasRegularizer: WeightRules['regularizer'];
  readonly biasConstraint: WeightRules['constraint'];
  bias: LayerVariable | null;
}

/** Convolutions with one kernel that reduces over channels. */
export interface Conv extends BaseConv {
  readonly filters: number;
  readonly kernelInitializer: WeightRules['initializer'];
  readonly kernelRegularizer: WeightRules['regularizer'];
  readonly kernelConstraint: WeightRules['constraint'];
  kernel: LayerVariable | null;
}

export interface SeparableConv extends Conv {
  readonly depthMultiplier: number;
  readonly depthwiseInitializer: WeightRules['initializer'];
  readonly depthwiseRegularizer: WeightRules['regularizer'];
  readonly depthwiseConstraint: WeightRules['constraint'];
  pointwiseInitializer: WeightRules['initializer'];
  readonly pointwiseRegularizer: WeightRules['regularizer'];
  readonly pointwiseConstraint: WeightRules['constraint'];
  depthwiseKernel: LayerVariable | null;
  pointwiseKernel: LayerVariable | null;
}

/** A class of TensorFlow.js that others extend. */
export interface StockClass<L extends layers.Layer, A> {
  new (rank: number, args: A): L;
  readonly prototype: L;
  className: string;
  /** Makes a layer of the configuration that `getConfig` gives. */
  fromConfig: typeof serialization.Serializable.fromConfig;
}

/** The class that the class of a layer extends, or the one that this extends, and so on. */
function ancestor<C>(layer: layers.Layer, generation: number): C {
  let constructor: unknown = layer.constructor;
  for (let i = 0; i < generation; i++) constructor = Object.getPrototypeOf(constructor);
  // The registration boundary: TensorFlow.js' types hide the classes of its layers.
  return constructor as C;
}

// A name spares the counters from which TensorFlow.js makes those of other layers.
const conv2d = layers.conv2d({filters: 1, kernelSize: 1, name: 'stock'});
const separable = layers.separableConv2d({filters: 1, kernelSize: 1, name: 'stock'});

/** TensorFlow.js' class of Conv1D, Conv2D and Conv3D. */
export const StockConv = ancestor<StockClass<Conv, ConvLayerArgs>>(conv2d, 1);
/** That of all convolution layers. */
export const StockBaseConv = ancestor<StockClass<BaseConv, BaseConvLayerArgs>>(conv2d, 2);
/** That of SeparableConv2D. */
export const StockSeparableConv = ancestor<StockClass<SeparableConv, SeparableConvLayerArgs>>(separable, 1);

/** What rules the kernel in the configuration of a layer; layers of two kernels have none of it. */
export const KERNEL_RULES = ['kernelInitializer', 'kernelRegularizer', 'kernelConstraint'] as const;

/** Names, configurations or objects of what rules a weight. */
export interface WeightArgs {
  readonly initializer?: ConvLayerArgs['kernelInitializer'];
  readonly regularizer?: ConvLayerArgs['kernelRegularizer'];
  readonly constraint?: ConvLayerArgs['kernelConstraint'];
}

/** The objects that are meant, which TensorFlow.js finds in constructors of layers only. */
export function weightRules({initializer, regularizer, constraint}: WeightArgs): WeightRules {
  const finder = layers.dense({
    units: 1,
    name: 'finder',
    kernelInitializer: initializer,
    kernelRegularizer: regularizer,
    kernelConstraint: constraint,
  });
  // The registration boundary: these fields are private.
  const {kernelInitializer, kernelRegularizer, kernelConstraint} = finder as unknown as Pick<
    Conv,
    'kernelInitializer' | 'kernelRegularizer' | 'kernelConstraint'
  >;
  return {initializer: kernelInitializer, regularizer: kernelRegularizer, constraint: kernelConstraint};
}

/** As layers write what rules a weight into their configuration. */
export const serialized = (object: serialization.Serializable | null | undefined): serialization.ConfigDict | null =>
  object == null ? null : {className: object.getClassName(), config: object.getConfig()};

const isShape = (shape: Shape | readonly Shape[]): shape is Shape => !Array.isArray(shape[0]);

/** @throws if there are several shapes. */
export function oneShape(layer: layers.Layer, shape: Shape | Shape[]): Shape {
  if (isShape(shape)) return shape;
  if (shape.length !== 1) fail(layer.getClassName(), LAYER_RULES.oneInput, 'inputShape', shape);
  return shape[0];
}

/** @throws if there are several tensors. */
export function oneTensor(layer: layers.Layer, inputs: Tensor | Tensor[]): Tensor {
  if (!Array.isArray(inputs)) return inputs;
  if (inputs.length !== 1) fail(layer.getClassName(), LAYER_RULES.oneInput, 'inputs.length', inputs.length);
  return inputs[0];
}
