import {isOneToOne} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {depthwiseBackpropInput, depthwiseForward} from './depthwise.js';
import type {Image} from './image.js';
import {gemmBackpropInput, gemmForward} from './implicit_gemm.js';
import {linesBackpropInput, linesForward} from './lines.js';

/** Computes y = conv(x, filter), or dx from dy. */
export type Convolve = (g: ConvGeometry, source: Image, filter: Float32Array, result: Image) => void;

export interface ConvVariant {
  readonly name: string;
  readonly when: (g: ConvGeometry) => boolean;
  readonly run: Convolve;
}

/** Results per pixel and group up to which lines are faster than tiles of 4 columns. Measured. */
const FEW = 3;

/** One filter per channel, and enough channels to share what is found out once a pixel. */
const isWideDepthwise = (g: ConvGeometry): boolean => isOneToOne(g) && g.groups >= 4;

/** The ways to compute a convolution, in order of preference. The last one takes everything. */
export const FORWARD: readonly ConvVariant[] = [
  {name: 'depthwise', when: isWideDepthwise, run: depthwiseForward},
  {name: 'lines', when: ({groups, outChannels}) => outChannels / groups <= FEW, run: linesForward},
  {name: 'implicit_gemm', when: () => true, run: gemmForward},
];

/** The same for its input gradient. */
export const BACKPROP_INPUT: readonly ConvVariant[] = [
  {name: 'depthwise', when: isWideDepthwise, run: depthwiseBackpropInput},
  {name: 'lines', when: ({groups, inChannels}) => inChannels / groups <= FEW, run: linesBackpropInput},
  {name: 'implicit_gemm', when: () => true, run: gemmBackpropInput},
];
