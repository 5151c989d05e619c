import type {Tensor, Tensor1D} from '@tensorflow/tfjs-core';

/**
 * Order of the axes of x and of the result: N is the batch, D, H and W are depth, height and width, C are the channels.
 * 1-D ops have 'NWC' (default) and 'NCW', 2-D ops 'NHWC' (default) and 'NCHW', 3-D ops 'NDHWC' (default) and 'NCDHW'.
 */
export type DataFormat = 'NWC' | 'NCW' | 'NHWC' | 'NCHW' | 'NDHWC' | 'NCDHW';

/**
 * The fused activations of TensorFlow.js:
 *
 * ```text
 * linear     x
 * relu       max(x, 0)
 * relu6      min(max(x, 0), 6)
 * elu        x if x > 0, exp(x) - 1 otherwise
 * sigmoid    1 / (1 + exp(-x))
 * leakyrelu  x if x > 0, leakyreluAlpha * x otherwise
 * prelu      x if x > 0, preluActivationWeights * x otherwise
 * ```
 */
export type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu';

export const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

/** Elements [before, after] of padding on each spatial axis, outermost axis first. */
export type PadPairs = Array<[number, number]>;

/**
 * Options of every convolution. Sizes count elements along an axis. A list holds one number per spatial axis, outermost
 * first, and is an array: typed arrays are errors.
 *
 * An object of any class of one's own may hold the options, as fields, getters or inherited from a prototype; each is read
 * once. null and undefined mean that an option is left out, also where a prototype has a value. Options that the op does
 * not have are errors, wherever they are; properties under symbols are ignored. Maps, dates, promises, functions and
 * other built-in objects are errors.
 *
 * @example
 * ```ts
 * const defaults = {pad: 'same', activation: 'relu'};
 * const y = conv2d(tf.ones([4, 6, 1]), tf.ones([3, 3, 1, 2]), {...defaults, strides: [1, 2], bias: tf.tensor1d([0, 1])});
 * console.log(y.shape); // [4,3,2]
 * ```
 */
export interface ConvOptions {
  /** Elements of x between neighbouring windows, from 1 on: one number, or one per axis. Default 1. */
  strides?: number | number[];
  /**
   * Padding with zeros. Default 'valid'.
   *
   * - 'valid': none.
   * - 'same': as much as ceil(size / stride) outputs need; the odd element is after the last one.
   * - 'causal', in 1-D only: (kernel - 1) * dilation elements, all before the first one.
   * - a number from 0 on: so many elements before and after each axis.
   * - pairs [before, after] per spatial axis, or TensorFlow.js' ExplicitPadding, which has [0, 0] for the batch and channel
   *   axes too.
   */
  pad?: 'valid' | 'same' | 'causal' | number | PadPairs;
  /** Elements of x between neighbouring taps of the filter, from 1 on: one number, or one per axis. Default 1: no gaps. */
  dilations?: number | number[];
  /** Number of groups, each of which reads its own part of the input channels; divides both channels. Default 1. */
  groups?: number;
  /** Order of the axes of x and of the result; filters have one order. Default channels last. */
  dataFormat?: DataFormat;
  /** Added to every output channel: [outChannels]. Default none. */
  bias?: Tensor1D;
  /** Applied last. Default 'linear', which changes nothing. */
  activation?: Activation;
  /** Slope of 'leakyrelu' below 0, a finite number. Default 0.2. Other activations ignore it. */
  leakyreluAlpha?: number;
  /**
   * Slopes of 'prelu' below 0, which needs them: one, one per output channel (1-D, in every data format), or any shape that
   * broadcasts to the result. Other activations ignore them.
   */
  preluActivationWeights?: Tensor;
  /** True for the mathematical convolution, which flips the filter along every spatial axis. Default false. */
  flipFilter?: boolean;
}

/**
 * Options of the transposed convolutions: those of {@link ConvOptions}, and which of the sizes the result has that strides
 * allow.
 *
 * @example
 * ```ts
 * const [x, filter] = [tf.ones([3, 3, 1]), tf.ones([3, 3, 1, 1])];
 * console.log(conv2dTranspose(x, filter, {strides: 2, pad: 1}).shape); // [5,5,1]
 * console.log(conv2dTranspose(x, filter, {strides: 2, pad: 1, outputPadding: 1}).shape); // [6,6,1]
 * console.log(conv2dTranspose(x, filter, {strides: 2, pad: 1, outputShape: [6, 5]}).shape); // [6,5,1]
 * ```
 */
export interface ConvTransposeOptions extends ConvOptions {
  /** Spatial sizes of the result, one per axis. Default: see the op. */
  outputShape?: number[];
  /**
   * Elements that the result has more than by default, at the end of each axis: one number, or one per axis, less than the
   * stride or the dilation of the axis. Default 0, and 0 with pad 'same'.
   */
  outputPadding?: number | number[];
}
