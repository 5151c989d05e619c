import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../geometry/conv.js';
import type {Activation} from '../geometry/options.js';

/** What a kernel may add to each output element before it writes it: y = activation(y + bias). */
export interface EpilogueInputs {
  /** [outChannels] */
  readonly bias?: Tensor;
  /** Slopes of 'prelu': one, or one per output channel. */
  readonly preluActivationWeights?: Tensor;
}

export interface EpilogueAttrs {
  readonly activation: Activation;
  readonly leakyreluAlpha: number;
}

/** The epilogue of a kernel that adds no activation. */
export const NO_ACTIVATION: EpilogueAttrs = {activation: 'linear', leakyreluAlpha: 0};

interface OutputAttrs {
  /**
   * Shape of the result as the caller counts its axes. Kernels take the sizes from the geometry, never from the rank
   * of a tensor: a 2-D convolution without a batch has x of rank 3.
   */
  readonly outputShape: number[];
}

export interface ConvAttrs extends OutputAttrs {
  readonly geometry: ConvGeometry;
}

/**
 * A call that is made once more, with all that it depends on settled but the values of x, bias and slopes, and where they
 * are. Undefined where it has to be made as if it were the first, as when flags have changed.
 */
export type RepeatedCall = (x: Tensor, bias: Tensor | undefined, slopes: Tensor | undefined) => TensorInfo | undefined;

/** Attributes that are used again with the same filter, on one backend, and how calls with them are repeated. */
export interface Repeating {
  readonly repeating?: {readonly backend: KernelBackend; readonly repeat: RepeatedCall};
}

/** Two convolutions, the second of the result of the first. */
export interface TwoStageAttrs extends OutputAttrs {
  readonly first: ConvGeometry;
  readonly second: ConvGeometry;
}

/** Inputs and attributes of every kernel, by its name in the TensorFlow.js kernel registry. */
export interface KernelSignatures {
  /** y = conv(x, filter), see {@link ConvGeometry}. */
  ConvND: {
    inputs: EpilogueInputs & {readonly x: Tensor; readonly filter: Tensor};
    attrs: ConvAttrs & EpilogueAttrs & Repeating;
  };
  /** dx = the gradient of ConvND by x at dy, which is the transposed convolution of dy. bias and slopes belong to dx. */
  ConvNDBackpropInput: {
    inputs: EpilogueInputs & {readonly dy: Tensor; readonly filter: Tensor};
    attrs: ConvAttrs & EpilogueAttrs;
  };
  /** dfilter = the gradient of ConvND by the filter at dy. */
  ConvNDBackpropFilter: {
    inputs: {readonly x: Tensor; readonly dy: Tensor};
    attrs: ConvAttrs;
  };
  /** A [kh, 1] convolution, then a [1, kw] one. */
  SpatiallySeparableConv2D: {
    inputs: EpilogueInputs & {readonly x: Tensor; readonly columnFilter: Tensor; readonly rowFilter: Tensor};
    attrs: TwoStageAttrs & EpilogueAttrs;
  };
  /** A depthwise convolution, then a 1x1 one. */
  DepthwiseSeparableConv2D: {
    inputs: EpilogueInputs & {readonly x: Tensor; readonly depthwiseFilter: Tensor; readonly pointwiseFilter: Tensor};
    attrs: TwoStageAttrs & EpilogueAttrs;
  };
  /**
   * The matrix C [outH * outW * outChannels, h * w * inChannels], channels last, for which C x = conv(x, filter). The
   * geometry has a batch of 1.
   */
  ConvMatrix: {
    inputs: {readonly filter: Tensor};
    attrs: ConvAttrs;
  };
  /** ConvNDBackpropInput by that matrix: C^T dy. */
  Conv2DTransposeMatrix: {
    inputs: EpilogueInputs & {readonly dy: Tensor; readonly filter: Tensor};
    attrs: ConvAttrs & EpilogueAttrs;
  };
}

export type KernelName = keyof KernelSignatures;
export type KernelInputs<K extends KernelName> = KernelSignatures[K]['inputs'];
export type KernelAttrs<K extends KernelName> = KernelSignatures[K]['attrs'];

/** A call of ConvND. */
export interface ConvNDCall {
  readonly inputs: KernelInputs<'ConvND'>;
  readonly attrs: KernelAttrs<'ConvND'>;
}
