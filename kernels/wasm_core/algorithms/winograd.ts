import {FILTER_PASSES_BYTES} from '../generated/layout.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import type {AxisTaps, TapPlan} from '../../../src/geometry/taps.js';
import {computePlan, WINOGRAD} from '../plan/dispatch.js';
import {packGroups, startInputGradient} from './gemm.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {withMemory} from '../runtime/heap.js';
import type {Operands} from '../plan/encoding.js';
import {streamedFilter} from './streamed_filter.js';
import {isFew, isStreamed, winogradTile} from './winograd_cost.js';
import type {TileSize} from './winograd_cost.js';
import type {Device, Filter, ImageKernel} from '../types.js';

/*
 * Winograd convolution (assembly/winograd/winograd.ts), channels last. A plan qualifies with three evenly spaced taps along the
 * height and the width and no stride; the depth is free. Input gradients have such plans too.
 */

const isTiled = ({sourceStep, source}: AxisTaps): boolean =>
  sourceStep === 1 && source.length === 3 && source[1] - source[0] === source[2] - source[1];

/** Whether winograd() computes a plan whose taps ascend. */
export const isWinogradPlan = ([depth, height, width]: TapPlan): boolean =>
  depth.source.length > 0 && isTiled(height) && isTiled(width);

/** The size of tiles that a direction should be computed by. */
const tileOf = (g: ConvGeometry, {plan, channels, columns}: Direction): TileSize | null =>
  isWinogradPlan(plan) ? winogradTile(plan, g.batch, channels, columns) : null;

/** Spares others the making of a plan. */
export const is3x3 = ({axes: [, height, width]}: ConvGeometry): boolean =>
  height.kernel === 3 && width.kernel === 3 && height.stride === 1 && width.stride === 1;

const forwardTile = perGeometry(g => (is3x3(g) ? tileOf(g, forwardDirection(g)) : null));

/** That of every phase of the input gradient; null where they differ. */
const backwardTile = perGeometry((g): TileSize | null => {
  if (!is3x3(g)) return null;
  const tiles = new Set(backwardDirections(g).map(direction => tileOf(g, direction)));
  return tiles.size === 1 ? [...tiles][0] : null;
});

/** Whether the forward convolution should be computed by tiles of that size. */
export const forwardPays =
  (size: TileSize) =>
  (g: ConvGeometry): boolean =>
    forwardTile(g) === size;

/** Whether every phase of the input gradient should. */
export const backwardPays =
  (size: TileSize) =>
  (g: ConvGeometry): boolean =>
    backwardTile(g) === size;

/** How tiles compute a direction: their size, and whether the filter is transformed while they use it (size 4). */
export interface Tiling {
  readonly size: TileSize;
  readonly streamed: boolean;
}

/** Packs the transformed filters of all groups. */
function packTransformed(
  device: Device,
  g: ConvGeometry,
  direction: Direction,
  size: TileSize,
  filter: Filter,
): number {
  const {heap, run} = device.core;
  const {plan, channels, columns, channelStep, columnStep, forms} = direction;
  const planes = plan[0].source.length;
  const bytes = run.winogradFilterBytes(size + 2, planes, channels, columns);
  return withMemory(heap, FILTER_PASSES_BYTES, passes =>
    packGroups(device, g, direction, forms[`winograd${size}`], bytes, filter, (to, from, list) =>
      run.transformFilter(
        size + 2,
        to,
        from,
        list,
        planes,
        channels,
        columns,
        tapStep(g),
        channelStep,
        columnStep,
        passes,
      ),
    ),
  );
}

/** Computes a direction by tiles. */
function runWinograd(
  device: Device,
  g: ConvGeometry,
  direction: Direction,
  {size, streamed}: Tiling,
  filter: Filter,
  {source, result, epilogue}: Omit<Operands, 'filter'>,
): void {
  const way = streamed ? 'stream' : (`winograd${size}` as const);
  const packed = streamed
    ? streamedFilter(device, g, direction, filter, isFew(direction.plan, g.batch))
    : (device.filters.find(filter.key, direction.forms[way]) ?? packTransformed(device, g, direction, size, filter));
  computePlan(device.core, direction.words, {source, result, filter: packed, epilogue}, WINOGRAD[way]);
}

/** Chooses how a direction is computed. */
export type ChooseTiling = (g: ConvGeometry, direction: Direction) => Tiling;

/** By tiles of a size. */
export const tilingOf =
  (size: TileSize): ChooseTiling =>
  (g, {plan, channels, columns}) => ({size, streamed: size === 4 && isStreamed(plan, g.batch, channels, columns)});

/** y = conv(x, filter) by tiles. */
export const winogradForward =
  (tiling: ChooseTiling): ImageKernel =>
  (device, g, source, filter, result, epilogue) => {
    const direction = forwardDirection(g);
    runWinograd(device, g, direction, tiling(g, direction), filter, {source, result, epilogue});
  };

/** dx of conv(x, filter) at dy, likewise. */
export const winogradBackpropInput =
  (tiling: ChooseTiling): ImageKernel =>
  (device, g, source, filter, result, epilogue) => {
    startInputGradient(device, g, result, epilogue);
    for (const direction of backwardDirections(g)) {
      runWinograd(device, g, direction, tiling(g, direction), filter, {source, result, epilogue});
    }
  };
