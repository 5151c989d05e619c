import {filterShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Compute} from './native.js';
import type {LinearKernel} from './native_ops.js';
import {opWith, shaped} from './tensorflow.js';

/*
 * A convolution of one tap is a product of matrices: one row for each position, one column for each channel.
 *
 *     y = x filter    dx = dy filter^T    dfilter = x^T dy
 */

const MULTIPLY = {
  ConvND: opWith('MatMul', {}),
  ConvNDBackpropInput: opWith('MatMul', {transpose_b: true}),
  ConvNDBackpropFilter: opWith('MatMul', {transpose_a: true}),
} as const;

const isProduct = ({channelsLast, groups, axes}: ConvGeometry): boolean => channelsLast && groups === 1 && axes.every(
    ({kernel, stride, padBefore, input, output}) => kernel === 1 && stride === 1 && padBefore === 0 && input === output);

/** Weights for each position from which the filter, which Conv2D puts into another order at each call, matters. */
const MANY_WEIGHTS = 256;

/** As a product of matrices where that is faster than a convolution op, which with gradients of filters it always is. */
export function byProduct(kernel: LinearKernel, g: ConvGeometry): Compute | undefined {
  if (!isProduct(g)) return undefined;
  const positions = g.batch * product(spatialSizes(g, 'output'));
  if (kernel !== 'ConvNDBackpropFilter' && product(filterShape(g)) < MANY_WEIGHTS * positions) return undefined;
  const [x, y, filter] = [[positions, g.inChannels], [positions, g.outChannels], [g.inChannels, g.outChannels]];
  const [left, right] = {ConvND: [x, filter], ConvNDBackpropInput: [y, filter], ConvNDBackpropFilter: [x, y]}[kernel];
  const multiply = MULTIPLY[kernel];
  return (tf, [a, b]) => multiply(tf, [shaped(tf, a, left), shaped(tf, b, right)]);
}
