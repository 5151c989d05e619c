import {filterShape, product, yShape} from './conv.js';
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
