import {windowSize} from './axis.js';
import {filterShape, product, xShape, yShape} from './conv.js';
import type {ConvGeometry} from './conv.js';

/** Weights in the filter, without bias. */
export const parameters = (g: ConvGeometry): number => product(filterShape(g));

/**
 * Multiplications of the direct algorithm: one per output element, tap and channel of the group; taps in the padding
 * are counted, as is the custom.
 */
export const multiplications = (g: ConvGeometry): number => (product(yShape(g)) * parameters(g)) / g.outChannels;

/** Floating point operations: a multiplication and an addition each. */
export const flops = (g: ConvGeometry): number => 2 * multiplications(g);

/** Terms in the sum that makes one output element, from which tolerances come. */
export const reductionLength = (g: ConvGeometry): number => parameters(g) / g.outChannels;

/** How many times as large as x, filter and y together, and how many elements: 16 MiB. */
const [MOSTLY, LARGE] = [8, 2 ** 22];

/**
 * Whether an x that is written with its padding, as far as the windows reach, is much larger than all that a
 * convolution reads and makes: paddings, strides or dilations go far beyond the image. Variants that write such an x do
 * not take the convolution then.
 */
export function isMostlyPadding(g: ConvGeometry): boolean {
  const reached = g.axes.map(axis => Math.max(axis.input, (axis.output - 1) * axis.stride + windowSize(axis)));
  const sizes = [xShape(g), filterShape(g), yShape(g)].map(product);
  const written = g.batch * product(reached) * g.inChannels;
  return written > LARGE && written > MOSTLY * sizes.reduce((sum, size) => sum + size);
}
