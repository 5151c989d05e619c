import type {Tensor, Tensor1D} from '@tensorflow/tfjs-core';

export type DataFormat = 'NWC' | 'NCW' | 'NHWC' | 'NCHW' | 'NDHWC' | 'NCDHW';

/** TensorFlow.js' fused activations. */
export type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu';

export const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

/** Elements [before, after] of padding on each spatial axis. */
export type PadPairs = Array<[number, number]>;

/** Options that every convolution takes. Lists hold one number per spatial axis, outermost first. */
export interface ConvOptions {
  /** Input elements between neighbouring windows. Default 1. */
  strides?: number | number[];
  /**
   * 'valid' (default): none. 'same': ceil(input / stride) outputs, the odd element behind. 'causal' (1-D): all in
   * front. A number: that many elements on every side. Pairs [before, after] per spatial axis, or TensorFlow.js'
   * ExplicitPadding, which has [0, 0] for the batch and channel axes too.
   */
  pad?: 'valid' | 'same' | 'causal' | number | PadPairs;
  /** Input elements between neighbouring taps of the filter. Default 1: no gaps. */
  dilations?: number | number[];
  /** Each group of filters sees its own part of the input channels. Default 1. */
  groups?: number;
  /** Layout of x and of the result; filters have the same layout in all of them. Default channels last. */
  dataFormat?: DataFormat;
  /** Added to every output channel: [outChannels]. */
  bias?: Tensor1D;
  /** Applied last. Default 'linear'. */
  activation?: Activation;
  /** Slope of 'leakyrelu' below 0. Default 0.2. */
  leakyreluAlpha?: number;
  /**
   * Slopes of 'prelu' below 0: one, one per output channel (1-D, in every data format), or any shape that broadcasts
   * to the result.
   */
  preluActivationWeights?: Tensor;
  /** True for the mathematical convolution, which flips the filter along every spatial axis. Default false. */
  flipFilter?: boolean;
}

/** Options of the transposed convolutions. */
export interface ConvTransposeOptions extends ConvOptions {
  /** Spatial sizes of the result, where strides leave a choice. */
  outputShape?: number[];
  /** Elements added behind the default size of the result. Default 0. */
  outputPadding?: number | number[];
}
