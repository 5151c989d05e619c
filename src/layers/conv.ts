import type {serialization, Tensor, Tensor3D, Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import type {Shape} from '@tensorflow/tfjs-layers';
import type {ConvOptions} from '../geometry/options.js';
import type {SpatialRank} from '../geometry/validate.js';
import {conv1d} from '../ops/conv1d.js';
import {conv2d} from '../ops/conv2d.js';
import {conv3d} from '../ops/conv3d.js';
import {addActivityConfig} from './activity.js';
import {
  addWeight,
  callConv,
  convSize,
  finishConstruction,
  ensureGroups,
  finishBuild,
  inputChannels,
  mapOptions,
  reshaped,
} from './conv_base.js';
import {oneShape, StockConv} from './stock.js';
import type {Conv as ConvFields, ConvLayerArgs} from './stock.js';
import {callLayer} from './stock_calls.js';
import type {Kwargs} from './stock_calls.js';

/** Arguments of the convolution layers: those of TensorFlow.js, and `groups`. */
export interface GroupedConvLayerArgs extends ConvLayerArgs {
  /** Number of groups, each of which reads its own part of the channels; divides channels and filters. Default 1. */
  groups?: number;
}

/** A convolution layer of TensorFlow.js or of this package. */
export interface GroupedConv extends ConvFields {
  /** Left out stands for 1. */
  readonly groups?: number;
}

export function buildConv(layer: GroupedConv, inputShape: Shape | Shape[]): void {
  const {groups = 1, kernelSize, filters} = layer;
  const inChannels = inputChannels(layer, oneShape(layer, inputShape));
  ensureGroups(layer.getClassName(), groups, 'inChannels', inChannels);
  ensureGroups(layer.getClassName(), groups, 'filters', filters);
  layer.kernel = addWeight(layer, 'kernel', [...kernelSize, inChannels / groups, filters], {
    initializer: layer.kernelInitializer,
    regularizer: layer.kernelRegularizer,
    constraint: layer.kernelConstraint,
  });
  finishBuild(layer, inChannels, filters);
}

/** The op of each rank. The ranks of tensors are those of the shapes that a layer was built for. */
const OPS: Readonly<Record<SpatialRank, (x: Tensor, filter: Tensor, options: ConvOptions) => Tensor>> = {
  1: (x, filter, options) => conv1d(x as Tensor3D, filter as Tensor3D, options),
  2: (x, filter, options) => conv2d(x as Tensor4D, filter as Tensor4D, options),
  3: (x, filter, options) => conv3d(x as Tensor5D, filter as Tensor5D, options),
};

export const callGroupedConv = (layer: GroupedConv, inputs: Tensor | Tensor[]): Tensor =>
  callConv(layer, inputs, (x, epilogue) =>
    // A layer is built before it is called.
    OPS[layer.rank](x, layer.kernel!.read(), {...mapOptions(layer), groups: layer.groups, ...epilogue}),
  );

export const convOutputShape = (layer: GroupedConv, inputShape: Shape | Shape[]): Shape =>
  reshaped(layer, inputShape, convSize(layer), () => layer.filters);

/** What TensorFlow.js' own layers leave out of their configuration, where it is not the default. */
export function addConvConfig(layer: GroupedConv, config: serialization.ConfigDict): serialization.ConfigDict {
  const {groups = 1, dataFormat} = layer;
  if (groups !== 1) config.groups = groups;
  // TensorFlow.js' own Conv1D writes none.
  if (layer.rank === 1 && dataFormat === 'channelsFirst') config.dataFormat = dataFormat;
  return config;
}

abstract class ConvND extends StockConv implements GroupedConv {
  readonly groups: number;

  constructor(rank: SpatialRank, args: GroupedConvLayerArgs) {
    super(rank, args);
    this.groups = args.groups ?? 1;
    finishConstruction(this);
    ensureGroups(this.getClassName(), this.groups, 'filters', this.filters);
  }

  override build(inputShape: Shape | Shape[]): void {
    buildConv(this, inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: Kwargs): Tensor | Tensor[] {
    return callLayer(this, inputs, kwargs, () => callGroupedConv(this, inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return convOutputShape(this, inputShape);
  }

  override getConfig(): serialization.ConfigDict {
    return addConvConfig(this, addActivityConfig(this, super.getConfig()));
  }
}

/**
 * 1-D convolution layer: y = activation(conv1d(x, kernel) + bias), with groups, causal padding, and strides together with
 * dilation.
 *
 * Weights: kernel [kernelSize, inChannels / groups, filters], bias [filters].
 */
export class Conv1D extends ConvND {
  static override className = 'Conv1D';

  constructor(args: GroupedConvLayerArgs) {
    super(1, args);
    this.inputSpec = [{ndim: 3}];
  }
}

/**
 * 2-D convolution layer: y = activation(conv2d(x, kernel) + bias), with groups, and strides together with dilation.
 *
 * Weights: kernel [kernelHeight, kernelWidth, inChannels / groups, filters], bias [filters].
 */
export class Conv2D extends ConvND {
  static override className = 'Conv2D';

  constructor(args: GroupedConvLayerArgs) {
    super(2, args);
  }
}

/**
 * 3-D convolution layer: y = activation(conv3d(x, kernel) + bias), with groups, and strides together with dilation.
 *
 * Weights: kernel [kernelDepth, kernelHeight, kernelWidth, inChannels / groups, filters], bias [filters].
 */
export class Conv3D extends ConvND {
  static override className = 'Conv3D';

  constructor(args: GroupedConvLayerArgs) {
    super(3, args);
  }
}
