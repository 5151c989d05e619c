import type {NamedTensorMap, serialization, Tensor} from '@tensorflow/tfjs-core';
import {LayersModel} from '@tensorflow/tfjs-layers';
import type {layers, Shape} from '@tensorflow/tfjs-layers';
import {addConvConfig, buildConv, callGroupedConv, convOutputShape} from './conv.js';
import type {GroupedConv} from './conv.js';
import {
  buildConvTranspose,
  callConvTranspose,
  convTransposeConfig,
  convTransposeOutputShape,
  resolveOutputPadding,
} from './conv_transpose.js';
import type {ConvTranspose, ConvTransposeLayerArgs} from './conv_transpose.js';
import {buildDepthwiseConv, callDepthwiseConv, depthwiseConfig, depthwiseOutputShape} from './depthwise_conv.js';
import type {DepthwiseConv} from './depthwise_conv.js';
import {renameWeights, withoutConstraints} from './keras/weights.js';
import {callBatchNormalization, normalizesItself, StockBatchNormalization} from './more/batch_normalization.js';
import type {BatchNormalizationLayer} from './more/batch_normalization.js';
import {callSeparableConv, separableConfig} from './separable_conv.js';
import {oneTensor} from './stock.js';
import type {BaseConv, SeparableConv} from './stock.js';
import {computesItself, STOCK_LAYERS, stockConv1D} from './stock_calls.js';
import type {Kwargs} from './stock_calls.js';
import {keepArgs, replaceMethod} from './stock_methods.js';
import type {Replacement} from './stock_methods.js';

/** What the methods of a layer do for it. */
interface Behaviour<L extends BaseConv> {
  readonly build?: (layer: L, inputShape: Shape | Shape[]) => void;
  readonly call?: (layer: L, inputs: Tensor | Tensor[]) => Tensor;
  readonly computeOutputShape?: (layer: L, inputShape: Shape | Shape[]) => Shape;
  readonly getConfig?: (layer: L, config: serialization.ConfigDict) => serialization.ConfigDict;
}

// The registration boundary: the methods that are replaced are known by their names.
type Call = (this: layers.Layer, inputs: Tensor | Tensor[], kwargs: Kwargs) => Tensor | Tensor[];
type GetConfig = (this: layers.Layer) => serialization.ConfigDict;
type LoadWeights = LayersModel['loadWeights'];

/** The methods of a class of TensorFlow.js with that behaviour. Where its own `call` computes what it should, it does. */
function replacements<L extends BaseConv>(holder: object, behaviour: Behaviour<L>): Replacement[] {
  const {build, call, computeOutputShape, getConfig} = behaviour;
  const methods: Readonly<Record<keyof Behaviour<L>, Replacement['make'] | undefined>> = {
    build:
      build &&
      (() =>
        function (this: L, inputShape: Shape | Shape[]): void {
          build(this, inputShape);
        }),
    call:
      call &&
      (original =>
        function (this: L, inputs: Tensor | Tensor[], kwargs: Kwargs): Tensor | Tensor[] {
          return computesItself(this, inputs) ? (original as Call).call(this, inputs, kwargs) : call(this, inputs);
        }),
    computeOutputShape:
      computeOutputShape &&
      (() =>
        function (this: L, inputShape: Shape | Shape[]): Shape {
          return computeOutputShape(this, inputShape);
        }),
    getConfig:
      getConfig &&
      (original =>
        function (this: L): serialization.ConfigDict {
          return getConfig(this, (original as GetConfig).call(this));
        }),
  };
  return Object.entries(methods).flatMap(([name, make]) => (make === undefined ? [] : [{holder, name, make}]));
}

const CONV: Behaviour<GroupedConv> = {
  build: buildConv,
  call: callGroupedConv,
  computeOutputShape: convOutputShape,
  getConfig: addConvConfig,
};

const TRANSPOSED: Behaviour<ConvTranspose> = {
  build: buildConvTranspose,
  call: callConvTranspose,
  computeOutputShape: convTransposeOutputShape,
  getConfig: convTransposeConfig,
};

const DEPTHWISE: Behaviour<DepthwiseConv> = {
  build: buildDepthwiseConv,
  call: callDepthwiseConv,
  computeOutputShape: depthwiseOutputShape,
  getConfig: depthwiseConfig,
};

/** Batch normalization of five axes, and with channels first on every backend. */
const normalize: Replacement['make'] = original =>
  function (this: BatchNormalizationLayer, inputs: Tensor | Tensor[], kwargs: Kwargs): Tensor | Tensor[] {
    return normalizesItself(this, oneTensor(this, inputs))
      ? (original as Call).call(this, inputs, kwargs)
      : callBatchNormalization(this, inputs, kwargs.training === true);
  };

/** A model finds its weights by the names that Keras gave them, and takes them as they are. */
const loadWeights: Replacement['make'] = original =>
  function (this: LayersModel, weights: NamedTensorMap, strict?: boolean): void {
    const named = renameWeights(this, weights);
    withoutConstraints(this, () => (original as LoadWeights).call(this, named, strict));
  };

const METHODS: readonly Replacement[] = [
  ...replacements(STOCK_LAYERS.Conv2D.prototype, CONV),
  // Its own getConfig takes away what that of all convolutions has added.
  ...replacements<GroupedConv>(stockConv1D, {getConfig: addConvConfig}),
  ...replacements(STOCK_LAYERS.Conv2DTranspose.prototype, TRANSPOSED),
  ...replacements(STOCK_LAYERS.Conv3DTranspose.prototype, TRANSPOSED),
  ...replacements(STOCK_LAYERS.DepthwiseConv2D.prototype, DEPTHWISE),
  ...replacements<SeparableConv>(STOCK_LAYERS.SeparableConv2D.prototype, {
    call: callSeparableConv,
    getConfig: separableConfig,
  }),
  {holder: StockBatchNormalization.prototype, name: 'call', make: normalize},
  {holder: LayersModel.prototype, name: 'loadWeights', make: loadWeights},
];

/** Arguments that TensorFlow.js' own constructors drop. */
interface Dropped {
  groups?: number;
  outputPadding?: number[] | null;
}

/** Keeps them, where they are not the default. They are checked when the layer is built. */
function keepConvArgs(layer: BaseConv, {groups, outputPadding}: Pick<ConvTransposeLayerArgs, keyof Dropped>): void {
  const kept: BaseConv & Dropped = layer;
  if (groups != null && groups !== 1) kept.groups = groups;
  if (outputPadding != null) kept.outputPadding = resolveOutputPadding(layer.getClassName(), layer.rank, outputPadding);
}

/** Makes TensorFlow.js' own convolution layers right. Returns what undoes it. */
export function patchStockLayers(): () => void {
  const restores = [...METHODS.map(replaceMethod), keepArgs(keepConvArgs)];
  return () => restores.reverse().forEach(restore => restore());
}
