import type {ConvTransposeOptions} from 'tfjs-conv';

/** The public ops, by what their reference is made of. */
export type OpName =
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'pointwiseConv2d'
  | 'dilatedConv2d'
  | 'groupedConv2d'
  | 'depthwiseConv2d'
  | 'conv1dTranspose'
  | 'conv2dTranspose'
  | 'conv3dTranspose'
  | 'conv2dTransposeMatrix'
  | 'spatiallySeparableConv2d'
  | 'depthwiseSeparableConv2d'
  | 'convMatrix';

/** Options as data: of tensors there are only the shapes. */
export type CaseOptions = Omit<ConvTransposeOptions, 'bias' | 'preluActivationWeights'> & {
  /** With a bias per output channel. */
  readonly bias?: true;
  /** Shape of the slopes of 'prelu'. */
  readonly slopes?: readonly number[];
};

/** One call of an op, which serves forward and gradient, every backend and every variant. */
export interface Case {
  readonly name: string;
  readonly op: OpName;
  /** Shape of x; for convMatrix [height, width]. */
  readonly x: readonly number[];
  /** Shapes of the filter, or of both filters. */
  readonly filters: ReadonlyArray<readonly number[]>;
  /** Those that groupedConv2d and dilatedConv2d take as arguments are among them. */
  readonly options?: CaseOptions;
  /** Small integers instead of fractions: sums of them are exact however long they are, see tolerance.ts. */
  readonly integers?: true;
}
