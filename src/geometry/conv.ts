import type {AxisGeometry} from './axis.js';

/**
 * A convolution as kernels see it: numbers only, and always three spatial axes (depth, height, width), of which a 1-D
 * or 2-D convolution leaves the first ones at size 1.
 *
 *     x       [batch, ...input, inChannels]                      or [batch, inChannels, ...input]
 *     filter  [...kernel, inChannels / groups, outChannels]
 *     y       [batch, ...output, outChannels]                    or [batch, outChannels, ...output]
 *
 *     y[b, o, c] = sum over k, i of x[b, o * stride - padBefore + k * dilation, g * inChannels / groups + i]
 *                                   * filter[k, i, c]            with g = floor(c / (outChannels / groups))
 *
 * where x is 0 outside its bounds.
 */
export interface ConvGeometry {
  readonly batch: number;
  readonly groups: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly channelsLast: boolean;
  readonly axes: readonly [AxisGeometry, AxisGeometry, AxisGeometry];
}

/** Sizes of the axes of one kind, outermost first. */
export const spatialSizes = ({axes}: ConvGeometry, size: 'input' | 'kernel' | 'output'): [number, number, number] => [
  axes[0][size],
  axes[1][size],
  axes[2][size],
];

export const imageTensorShape = (
  batch: number,
  spatial: readonly number[],
  channels: number,
  channelsLast: boolean,
): number[] => (channelsLast ? [batch, ...spatial, channels] : [batch, channels, ...spatial]);

/** The rank-5 shapes of x, filter and y. */
export const xShape = (g: ConvGeometry): number[] =>
  imageTensorShape(g.batch, spatialSizes(g, 'input'), g.inChannels, g.channelsLast);
export const filterShape = (g: ConvGeometry): number[] => [
  ...spatialSizes(g, 'kernel'),
  g.inChannels / g.groups,
  g.outChannels,
];
export const yShape = (g: ConvGeometry): number[] =>
  imageTensorShape(g.batch, spatialSizes(g, 'output'), g.outChannels, g.channelsLast);

export function product(sizes: readonly number[]): number {
  let all = 1;
  for (let i = 0; i < sizes.length; i++) all *= sizes[i];
  return all;
}

/** Rows and columns of the matrix of a convolution: elements of one output, elements of one input. */
export const matrixShape = (g: ConvGeometry): [number, number] => [
  product(spatialSizes(g, 'output')) * g.outChannels,
  product(spatialSizes(g, 'input')) * g.inChannels,
];

/*
 * What "depthwise" may mean. Every predicate implies isDepthwise.
 *
 *                    input channels   output channels   groups
 *                    of a group       of a group
 *     isDepthwise    1                any               any
 *     isChannelwise  1                any               at least 2
 *     isOneToOne     1                1                 any
 *
 * A convolution of one input channel is depthwise too; with several output channels it is best computed as a dense one.
 */

/** Whether each group has one input channel. */
export const isDepthwise = ({groups, inChannels}: ConvGeometry): boolean => groups === inChannels;

/** Whether there are several groups, and each has one input channel. */
export const isChannelwise = (g: ConvGeometry): boolean => isDepthwise(g) && g.groups > 1;

/** Whether each group has one input and one output channel. */
export const isOneToOne = (g: ConvGeometry): boolean => isDepthwise(g) && g.groups === g.outChannels;
