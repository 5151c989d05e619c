import type {serialization, Tensor, Tensor3D, Tensor4D, Tensor5D} from '@tensorflow/tfjs-core';
import type {Shape} from '@tensorflow/tfjs-layers';
import {fail} from '../errors.js';
import {windowSize} from '../geometry/axis.js';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {perAxis} from '../geometry/validate.js';
import type {SpatialRank} from '../geometry/validate.js';
import {conv1dTranspose} from '../ops/conv1d_transpose.js';
import {conv2dTranspose} from '../ops/conv2d_transpose.js';
import {conv2dTransposeMatrix} from '../ops/conv2d_transpose_matrix.js';
import {conv3dTranspose} from '../ops/conv3d_transpose.js';
import {addActivityConfig} from './activity.js';
import {
  addWeight,
  callConv,
  finishConstruction,
  ensureGroups,
  finishBuild,
  inputChannels,
  mapOptions,
  reshaped,
} from './conv_base.js';
import type {GroupedConv, GroupedConvLayerArgs} from './conv.js';
import {LAYER_RULES} from './rules.js';
import {oneShape, StockConv} from './stock.js';
import {callLayer} from './stock_calls.js';
import type {Kwargs} from './stock_calls.js';

/** Arguments of the transposed convolution layers: those of TensorFlow.js, `groups` and `outputPadding`. */
export interface ConvTransposeLayerArgs extends GroupedConvLayerArgs {
  /**
   * Elements that are added to the size of the output at the end of each spatial axis, one number or one per axis. With
   * it, the size is (size - 1) * stride + window - 2 * pad + outputPadding, where window = (kernel - 1) * dilation + 1 and
   * pad is floor(window / 2) for 'same' and 0 for 'valid'. Default null: size * stride for 'same', size * stride +
   * max(window - stride, 0) for 'valid'.
   */
  outputPadding?: number | number[] | null;
}

/** A transposed convolution layer of TensorFlow.js or of this package. */
export interface ConvTranspose extends GroupedConv {
  /** Left out stands for null. */
  readonly outputPadding?: number[] | null;
}

/** @throws where outputPadding is neither null nor one integer from 0, or one per axis. */
export const resolveOutputPadding = (
  op: string,
  rank: SpatialRank,
  outputPadding: ConvTransposeLayerArgs['outputPadding'],
): number[] | null => (outputPadding == null ? null : [...perAxis({op, rank}, 'outputPadding', outputPadding)]);

export function buildConvTranspose(layer: ConvTranspose, inputShape: Shape | Shape[]): void {
  const {groups = 1, kernelSize, filters, rank} = layer;
  const op = layer.getClassName();
  const shape = oneShape(layer, inputShape);
  if (shape.length !== rank + 2) fail(op, LAYER_RULES.inputRank(rank + 2), 'inputShape', shape);
  const inChannels = inputChannels(layer, shape);
  ensureGroups(op, groups, 'inChannels', inChannels);
  ensureGroups(op, groups, 'filters', filters);
  layer.kernel = addWeight(layer, 'kernel', [...kernelSize, filters / groups, inChannels], {
    initializer: layer.kernelInitializer,
    regularizer: layer.kernelRegularizer,
    constraint: layer.kernelConstraint,
  });
  finishBuild(layer, inChannels, filters);
}

/** The size of an axis after the layer, which is Keras' for every padding. */
function transposedSize(layer: ConvTranspose, size: number, axis: number): number {
  const {kernelSize, strides, dilationRate, padding, outputPadding} = layer;
  const stride = strides[axis];
  const window = windowSize({kernel: kernelSize[axis], dilation: dilationRate[axis]});
  if (outputPadding == null) return size * stride + (padding === 'same' ? 0 : Math.max(window - stride, 0));
  const pad = padding === 'same' ? Math.floor(window / 2) : 0;
  return (size - 1) * stride + window - 2 * pad + outputPadding[axis];
}

export const convTransposeOutputShape = (layer: ConvTranspose, inputShape: Shape | Shape[]): Shape =>
  reshaped(
    layer,
    inputShape,
    (size, axis) => transposedSize(layer, size, axis),
    () => layer.filters,
  );

type TransposedOp = (x: Tensor, filter: Tensor, options: ConvTransposeOptions) => Tensor;

/** The op of each rank. The ranks of tensors are those of the shapes that a layer was built for. */
const OPS: Readonly<Record<SpatialRank, TransposedOp>> = {
  1: (x, filter, options) => conv1dTranspose(x as Tensor3D, filter as Tensor3D, options),
  2: (x, filter, options) => conv2dTranspose(x as Tensor4D, filter as Tensor4D, options),
  3: (x, filter, options) => conv3dTranspose(x as Tensor5D, filter as Tensor5D, options),
};

export function callConvTranspose(
  layer: ConvTranspose,
  inputs: Tensor | Tensor[],
  op: TransposedOp = OPS[layer.rank],
): Tensor {
  return callConv(layer, inputs, (x, epilogue) => {
    const {rank, groups, dataFormat} = layer;
    const first = dataFormat === 'channelsFirst' ? 2 : 1;
    const spatial = x.shape.slice(first, first + rank);
    const outputShape = spatial.map((size, axis) => transposedSize(layer, size, axis));
    // A layer is built before it is called.
    return op(x, layer.kernel!.read(), {...mapOptions(layer), groups, outputShape, ...epilogue});
  });
}

/** The configuration with what TensorFlow.js' own layers leave out of it, where it is not the default. */
export function convTransposeConfig(layer: ConvTranspose, config: serialization.ConfigDict): serialization.ConfigDict {
  const {groups = 1, dilationRate, outputPadding, dataFormat, rank} = layer;
  delete config.dilationRate;
  if (dilationRate.some(rate => rate !== 1)) config.dilationRate = dilationRate;
  if (outputPadding != null) config.outputPadding = outputPadding;
  if (groups !== 1) config.groups = groups;
  // TensorFlow.js' own class of that rank writes none.
  if (rank === 1 && dataFormat === 'channelsFirst') config.dataFormat = dataFormat;
  return config;
}

abstract class ConvTransposeND extends StockConv implements ConvTranspose {
  readonly groups: number;
  readonly outputPadding: number[] | null;

  constructor(rank: SpatialRank, args: ConvTransposeLayerArgs) {
    super(rank, args);
    const op = this.getClassName();
    this.groups = args.groups ?? 1;
    this.outputPadding = resolveOutputPadding(op, rank, args.outputPadding);
    this.inputSpec = [{ndim: rank + 2}];
    if (this.padding === 'causal') {
      fail(op, LAYER_RULES.transposedPadding, 'padding', this.padding);
    }
    finishConstruction(this);
    ensureGroups(op, this.groups, 'filters', this.filters);
  }

  override build(inputShape: Shape | Shape[]): void {
    buildConvTranspose(this, inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: Kwargs): Tensor | Tensor[] {
    return callLayer(this, inputs, kwargs, () => callConvTranspose(this, inputs));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return convTransposeOutputShape(this, inputShape);
  }

  override getConfig(): serialization.ConfigDict {
    return convTransposeConfig(this, addActivityConfig(this, super.getConfig()));
  }
}

/**
 * 1-D transposed convolution layer: y = activation(conv1dTranspose(x, kernel) + bias), with dilation, groups and output
 * padding.
 *
 * Weights: kernel [kernelSize, filters / groups, inChannels], bias [filters].
 */
export class Conv1DTranspose extends ConvTransposeND {
  static override className = 'Conv1DTranspose';

  constructor(args: ConvTransposeLayerArgs) {
    super(1, args);
  }
}

/**
 * 2-D transposed convolution layer: y = activation(conv2dTranspose(x, kernel) + bias), with dilation, groups and output
 * padding.
 *
 * Weights: kernel [kernelHeight, kernelWidth, filters / groups, inChannels], bias [filters].
 */
export class Conv2DTranspose extends ConvTransposeND {
  static override className: string = 'Conv2DTranspose';

  constructor(args: ConvTransposeLayerArgs) {
    super(2, args);
  }
}

/**
 * 3-D transposed convolution layer: y = activation(conv3dTranspose(x, kernel) + bias), with dilation, groups and output
 * padding.
 *
 * Weights: kernel [kernelDepth, kernelHeight, kernelWidth, filters / groups, inChannels], bias [filters].
 */
export class Conv3DTranspose extends ConvTransposeND {
  static override className = 'Conv3DTranspose';

  constructor(args: ConvTransposeLayerArgs) {
    super(3, args);
  }
}

/**
 * The layer of `Conv2DTranspose`, computed through the explicit matrix of the convolution: it multiplies by the transpose
 * of the matrix that `convMatrix` makes. For teaching and small images: the matrix has at most 2^27 elements.
 */
export class Conv2DTransposeMatrix extends Conv2DTranspose {
  static override className = 'Conv2DTransposeMatrix';

  override call(inputs: Tensor | Tensor[]): Tensor {
    return callConvTranspose(this, inputs, (x, filter, options) =>
      conv2dTransposeMatrix(x as Tensor4D, filter as Tensor4D, options),
    );
  }
}
