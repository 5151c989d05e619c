import type {ConvOptions, ConvTransposeOptions} from 'tfjs-conv';
import type {layers} from 'tfjs-conv/layers';

/*
 * Convolution layers as data: the arguments of a layer, and the options of the op that it is to compute.
 */

type Factories = typeof layers;

/** A layer of one kernel. */
export interface LayerCase<F extends keyof Factories = keyof Factories> {
  readonly factory: F;
  readonly args: Parameters<Factories[F]>[0];
  /** With the batch. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Names and shapes of the weights, in their order. */
  readonly weights: Readonly<Record<string, readonly number[]>>;
  /** Options of the op, but for bias and activation. */
  readonly options: ConvOptions & ConvTransposeOptions;
}

const layerCase = <F extends keyof Factories>(one: LayerCase<F>): LayerCase => one as unknown as LayerCase;

export const LAYER_CASES: readonly LayerCase[] = [
  layerCase({
    factory: 'conv1d',
    args: {filters: 6, kernelSize: 3, groups: 2, padding: 'causal', dilationRate: 2, activation: 'tanh'},
    x: [2, 11, 4],
    y: [2, 11, 6],
    weights: {kernel: [3, 2, 6], bias: [6]},
    options: {groups: 2, pad: 'causal', dilations: 2},
  }),
  layerCase({
    factory: 'conv1d',
    args: {filters: 3, kernelSize: 4, strides: 2, dilationRate: 3, dataFormat: 'channelsFirst', useBias: false},
    x: [2, 5, 23],
    y: [2, 3, 7],
    weights: {kernel: [4, 5, 3]},
    options: {strides: 2, dilations: 3, dataFormat: 'NCW'},
  }),
  layerCase({
    factory: 'conv2d',
    args: {filters: 6, kernelSize: [3, 2], groups: 3, strides: [1, 2], padding: 'same', activation: 'relu6'},
    x: [2, 7, 9, 6],
    y: [2, 7, 5, 6],
    weights: {kernel: [3, 2, 2, 6], bias: [6]},
    options: {groups: 3, strides: [1, 2], pad: 'same'},
  }),
  layerCase({
    factory: 'conv2d',
    args: {
      filters: 4,
      kernelSize: 3,
      strides: 2,
      dilationRate: [2, 1],
      dataFormat: 'channelsFirst',
      activation: 'selu',
    },
    x: [1, 3, 13, 8],
    y: [1, 4, 5, 3],
    weights: {kernel: [3, 3, 3, 4], bias: [4]},
    options: {strides: 2, dilations: [2, 1], dataFormat: 'NCHW'},
  }),
  layerCase({
    factory: 'conv3d',
    args: {
      filters: 4,
      kernelSize: [2, 3, 1],
      groups: 2,
      strides: 2,
      dilationRate: 2,
      padding: 'same',
      activation: 'elu',
    },
    x: [1, 5, 6, 7, 2],
    y: [1, 3, 3, 4, 4],
    weights: {kernel: [2, 3, 1, 1, 4], bias: [4]},
    options: {groups: 2, strides: 2, dilations: 2, pad: 'same'},
  }),
  layerCase({
    factory: 'conv1dTranspose',
    args: {filters: 6, kernelSize: 2, strides: 3, groups: 2, activation: 'sigmoid'},
    x: [2, 5, 4],
    y: [2, 15, 6],
    weights: {kernel: [2, 3, 4], bias: [6]},
    options: {strides: 3, groups: 2, outputShape: [15]},
  }),
  layerCase({
    factory: 'conv2dTranspose',
    args: {filters: 3, kernelSize: 3, strides: 2, padding: 'same', outputPadding: [1, 0], activation: 'softplus'},
    x: [2, 4, 5, 2],
    y: [2, 8, 9, 3],
    weights: {kernel: [3, 3, 3, 2], bias: [3]},
    options: {strides: 2, pad: 'same', outputShape: [8, 9]},
  }),
  layerCase({
    factory: 'conv2dTranspose',
    args: {filters: 3, kernelSize: [3, 2], dilationRate: [2, 3], dataFormat: 'channelsFirst'},
    x: [1, 2, 6, 5],
    y: [1, 3, 10, 8],
    weights: {kernel: [3, 2, 3, 2], bias: [3]},
    options: {dilations: [2, 3], dataFormat: 'NCHW'},
  }),
  layerCase({
    factory: 'conv2dTransposeMatrix',
    args: {filters: 2, kernelSize: 3, strides: 2, activation: 'relu'},
    x: [2, 3, 4, 3],
    y: [2, 7, 9, 2],
    weights: {kernel: [3, 3, 2, 3], bias: [2]},
    options: {strides: 2},
  }),
  layerCase({
    factory: 'conv3dTranspose',
    args: {filters: 2, kernelSize: [1, 3, 2], strides: [1, 2, 2], groups: 2, padding: 'same'},
    x: [1, 3, 2, 4, 4],
    y: [1, 3, 4, 8, 2],
    weights: {kernel: [1, 3, 2, 1, 4], bias: [2]},
    options: {strides: [1, 2, 2], groups: 2, pad: 'same'},
  }),
  layerCase({
    factory: 'depthwiseConv1d',
    args: {kernelSize: 3, depthMultiplier: 2, padding: 'causal', dilationRate: 2, activation: 'relu'},
    x: [2, 9, 3],
    y: [2, 9, 6],
    weights: {depthwise_kernel: [3, 3, 2], bias: [6]},
    options: {pad: 'causal', dilations: 2},
  }),
  layerCase({
    factory: 'depthwiseConv2d',
    args: {kernelSize: [3, 2], depthMultiplier: 2, strides: [2, 1], dilationRate: 2, padding: 'same'},
    x: [2, 9, 7, 3],
    y: [2, 5, 7, 6],
    weights: {depthwise_kernel: [3, 2, 3, 2], bias: [6]},
    options: {pad: 'same', strides: [2, 1], dilations: 2},
  }),
  layerCase({
    factory: 'separableConv1d',
    args: {filters: 5, kernelSize: 3, padding: 'causal', depthMultiplier: 2, activation: 'elu'},
    x: [2, 9, 3],
    y: [2, 9, 5],
    weights: {depthwise_kernel: [3, 3, 2], pointwise_kernel: [1, 6, 5], bias: [5]},
    options: {pad: 'causal'},
  }),
  layerCase({
    factory: 'separableConv2d',
    args: {filters: 5, kernelSize: [3, 2], strides: 2, dilationRate: 2, dataFormat: 'channelsFirst'},
    x: [2, 3, 9, 8],
    y: [2, 5, 3, 3],
    weights: {depthwise_kernel: [3, 2, 3, 1], pointwise_kernel: [1, 1, 3, 5], bias: [5]},
    options: {strides: 2, dilations: 2, dataFormat: 'NCHW'},
  }),
  layerCase({
    factory: 'spatiallySeparableConv2d',
    args: {
      filters: 6,
      kernelSize: [5, 3],
      midFilters: 4,
      groups: 2,
      padding: 'same',
      strides: [2, 1],
      activation: 'relu',
    },
    x: [2, 9, 7, 4],
    y: [2, 5, 7, 6],
    weights: {column_kernel: [5, 1, 2, 4], row_kernel: [1, 3, 2, 6], bias: [6]},
    options: {groups: 2, pad: 'same', strides: [2, 1]},
  }),
];
