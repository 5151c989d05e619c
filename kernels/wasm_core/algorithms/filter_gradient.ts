import {filterShape, product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {computePlan, GEMM_GRADIENT, GROUPED_GRADIENT, WINOGRAD_GRADIENT} from '../plan/dispatch.js';
import type {BlockKernel} from '../plan/dispatch.js';
import {forwardDirection} from '../plan/direction.js';
import {BACKPROP_FILTER_BLOCKS, NO_EPILOGUE, xImage, yImage} from '../plan/conv_plan.js';
import {planWords} from '../plan/encoding.js';
import type {PlanWords} from '../plan/encoding.js';
import {is3x3, isWinogradPlan} from './winograd.js';
import {winogradGradientTile} from './winograd_cost.js';
import type {TileSize} from './winograd_cost.js';
import type {Device, FilterGradientKernel} from '../types.js';

/*
 * dfilter of conv(x, filter) at dy, both channels last.
 */

const gradientWords = perGeometry((g): PlanWords => {
  const {plan, taps, channels, columns} = forwardDirection(g);
  return planWords({
    plan,
    taps,
    batch: g.batch,
    groups: g.groups,
    channels,
    columns,
    source: xImage(g),
    result: yImage(g),
    blocks: BACKPROP_FILTER_BLOCKS,
  });
});

/** Returns whether the kernel computes it. */
function computeGradient(
  {core}: Device,
  g: ConvGeometry,
  x: number,
  dy: number,
  dfilter: number,
  kernel: BlockKernel,
): boolean {
  const {taps} = forwardDirection(g);
  if (taps.length < product(spatialSizes(g, 'kernel'))) {
    // Taps that meet nothing but padding are not in the plan.
    new Float32Array(core.heap.memory.buffer, dfilter, product(filterShape(g))).fill(0);
  }
  return (
    taps.length === 0 ||
    computePlan(core, gradientWords(g), {source: x, result: dy, filter: dfilter, epilogue: NO_EPILOGUE}, kernel)
  );
}

const gradientBy =
  (kernel: BlockKernel): FilterGradientKernel =>
  (device, g, x, dy, dfilter) => {
    computeGradient(device, g, x, dy, dfilter, kernel);
  };

/** For few channels or columns. */
export const groupedBackpropFilter = gradientBy(GROUPED_GRADIENT);

/** By gathered blocks. */
export const gemmBackpropFilter = gradientBy(GEMM_GRADIENT);

const gradientTile = perGeometry((g): TileSize | null => {
  const {plan} = forwardDirection(g);
  return isWinogradPlan(plan) ? winogradGradientTile(plan, g) : null;
});

/** Whether the gradient should be computed by tiles of that size. */
export const filterGradientPays =
  (size: TileSize) =>
  (g: ConvGeometry): boolean =>
    is3x3(g) && gradientTile(g) === size;

/** By Winograd's algorithm, with tiles of that size. */
export const winogradBackpropFilter =
  (size: TileSize): FilterGradientKernel =>
  (device, g, x, dy, dfilter) => {
    const done = computeGradient(device, g, x, dy, dfilter, WINOGRAD_GRADIENT[size]);
    // What is not finite, or dwarfs the rest, would reach taps that do not meet it.
    if (!done) gemmBackpropFilter(device, g, x, dy, dfilter);
  };
