import {filterShape, product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {floatsAt} from '../call.js';
import {computePlan, GEMM_GRADIENT, GROUPED_GRADIENT, WINOGRAD_GRADIENT} from '../plan/dispatch.js';
import type {BlockKernel} from '../plan/dispatch.js';
import {forwardDirection} from '../plan/direction.js';
import {BACKPROP_FILTER_BLOCKS, NO_EPILOGUE, xImage, yImage} from '../plan/conv_plan.js';
import {planWords} from '../plan/encoding.js';
import type {Operands, PlanWords} from '../plan/encoding.js';
import type {TileSize} from './winograd_cost.js';
import type {Call, FilterGradientKernel, GradientOperands} from '../types.js';

/*
 * dfilter of conv(x, filter) at dy, both channels last.
 */

export const gradientWords = perGeometry((g): PlanWords => {
  const {plan, taps, groupInChannels, groupOutChannels} = forwardDirection(g);
  return planWords({
    plan,
    taps,
    batch: g.batch,
    groups: g.groups,
    groupInChannels,
    groupOutChannels,
    source: xImage(g),
    result: yImage(g),
    blocks: BACKPROP_FILTER_BLOCKS,
  });
});

/** Computes a gradient by a plan of gradientWords(). Returns whether the kernel computes it. */
export function computeGradient(
  call: Call,
  g: ConvGeometry,
  {x, dy, dfilter}: GradientOperands,
  kernel: BlockKernel,
  words: PlanWords,
  more: Pick<Operands, 'tables' | 'exponent'> = {},
): boolean {
  const {taps} = forwardDirection(g);
  // Taps that read nothing but padding are not in the plan.
  if (taps.length < product(spatialSizes(g, 'kernel'))) floatsAt(call, dfilter, product(filterShape(g))).fill(0);
  if (taps.length === 0) return true;
  const operands = {source: x, result: dy, filter: dfilter, epilogue: NO_EPILOGUE, ...more};
  return computePlan(call, words, operands, kernel);
}

const gradientBy =
  (kernel: BlockKernel): FilterGradientKernel =>
  (call, g, operands) => {
    computeGradient(call, g, operands, kernel, gradientWords(g));
  };

/** For few channels or columns. */
export const groupedBackpropFilter = gradientBy(GROUPED_GRADIENT);

/** By gathered blocks. */
export const gemmBackpropFilter = gradientBy(GEMM_GRADIENT);

/** By Winograd's algorithm, with tiles of that size. */
export const winogradBackpropFilter =
  (size: TileSize): FilterGradientKernel =>
  (call, g, operands) => {
    const computed = computeGradient(call, g, operands, WINOGRAD_GRADIENT[size], gradientWords(g));
    // A value that is not finite, or far larger than the others, would reach taps that it does not contribute to.
    if (!computed) gemmBackpropFilter(call, g, operands);
  };
