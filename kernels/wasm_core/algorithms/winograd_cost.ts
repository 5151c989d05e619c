import {GRADIENT_TILES_LEAST, VECTOR} from '../generated/layout.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import type {AxisTaps, TapPlan} from '../../../src/geometry/taps.js';

/** Side of a tile of results: F(2x2, 3x3) or F(4x4, 3x3). */
export type TileSize = 2 | 4;

/** Tiles along an axis whose three taps are `dilation` apart: each of that many phases has its own. */
function tilesAlong({count, source}: AxisTaps, size: TileSize): number {
  const dilation = source[1] - source[0];
  return dilation * Math.ceil(Math.ceil(count / dilation) / size);
}

/** Tiles of all results of a plan. */
const tileCount = ([depth, height, width]: TapPlan, batch: number, size: TileSize): number =>
  batch * depth.count * tilesAlong(height, size) * tilesAlong(width, size);

/* Costs in multiplications of the register tile, which does about 20 of them in a nanosecond; fitted to timings. */

/** The transforms of a tile's inputs, and of its results, per channel. */
const TRANSFORM = {2: {input: 130, output: 110}, 4: {input: 320, output: 280}} as const;
/** Gathering of the direct algorithm, per result, tap and channel. */
const GATHER = 3;
/** A call that costs less by the direct algorithm, some 50 microseconds, keeps its better rounding. */
const LEAST_COST = 2 ** 20;
/** Fewer channels do not fill the transforms' vectors, or leave products that are too short. */
const LEAST_CHANNELS = 6;
/** A float of a filter that comes from outside of the L2 cache. */
const FILTER = 4;

/** Cost of a plan by tiles of a size. */
function winogradCost(plan: TapPlan, batch: number, channels: number, columns: number, size: TileSize): number {
  const tiles = tileCount(plan, batch, size);
  const positions = (size + 2) ** 2;
  const planes = plan[0].source.length;
  const {input, output} = TRANSFORM[size];
  const perTile = planes * channels * input + columns * output + positions * planes * channels * columns;
  return tiles * perTile + positions * planes * channels * columns * FILTER;
}

/** Cost of a plan as a matrix product. */
function directCost(plan: TapPlan, batch: number, channels: number, columns: number): number {
  const [depth, height, width] = plan;
  const results = batch * depth.count * height.count * width.count;
  const taps = depth.source.length * height.source.length * width.source.length;
  return taps * channels * (results * (columns + GATHER) + columns * FILTER);
}

/**
 * Where tiles of 4 x 4 should transform the filter while they use it (assembly/winograd/stream/stream.ts): up to so many tiles,
 * where the transformed filter has so many bytes at least. Beyond the L2 cache it takes longer to come than a transform,
 * which every block of tiles needs; beyond 16 MiB, than several of them. Measured.
 */
const STREAMED = [
  {tiles: 20, bytes: 2 * 1024 * 1024},
  {tiles: 120, bytes: 16 * 1024 * 1024},
] as const;

export function isStreamed(plan: TapPlan, batch: number, channels: number, columns: number): boolean {
  const count = tileCount(plan, batch, 4);
  const size = 36 * 4 * plan[0].source.length * channels * columns;
  return STREAMED.some(({tiles, bytes}) => count <= tiles && size >= bytes);
}

/** The size of tiles that costs least, and less than the direct algorithm; null where there is none. */
function cheapest(direct: number, costOf: (size: TileSize) => number): TileSize | null {
  const [two, four] = [costOf(2), costOf(4)];
  if (Math.min(two, four) >= direct) return null;
  return four <= two ? 4 : 2;
}

/** The size of tiles that computes a plan fastest; null where the matrix product does. */
export function winogradTile(plan: TapPlan, batch: number, channels: number, columns: number): TileSize | null {
  if (channels < LEAST_CHANNELS) return null;
  const direct = directCost(plan, batch, channels, columns);
  if (direct < LEAST_COST) return null;
  return cheapest(direct, size => winogradCost(plan, batch, channels, columns, size));
}

/** The transform of a sum over tiles to taps, per channel and column. */
const TAPS = {2: 50, 4: 120} as const;
/** What it takes longer to transform a tile whose channels do not fill the vectors, per channel. */
const PATCH = 60;

/** Channels times columns. */
const TINY_GROUP = 16;

const roundUp = (n: number): number => Math.ceil(n / VECTOR) * VECTOR;

/** Cost of the transforms of a tile's channels, at `each`. */
const transformCost = (channels: number, each: number): number =>
  roundUp(channels) * (each + (channels % 4 === 0 ? 0 : PATCH));

/** Cost of a filter gradient by tiles of a size. Both images are transformed, and vectors are of their channels. */
function winogradGradientCost(
  plan: TapPlan,
  batch: number,
  channels: number,
  columns: number,
  size: TileSize,
): number {
  const tiles = tileCount(plan, batch, size);
  const positions = (size + 2) ** 2;
  const planes = plan[0].source.length;
  const {input, output} = TRANSFORM[size];
  const products = planes * channels * roundUp(columns);
  return (
    tiles * (planes * transformCost(channels, input) + transformCost(columns, output) + positions * products) +
    Math.ceil(tiles / GRADIENT_TILES_LEAST) * products * TAPS[size]
  );
}

/** The size of tiles that computes a filter gradient fastest; null where the matrix product does. */
export function winogradGradientTile(
  plan: TapPlan,
  {batch, groups, inChannels, outChannels}: ConvGeometry,
): TileSize | null {
  const [channels, columns] = [inChannels / groups, outChannels / groups];
  // Tiny groups: the kernel for them is faster, as each of their transforms reads cache lines that others share.
  if (groups > 1 && channels * columns <= TINY_GROUP) return null;
  const direct = directCost(plan, batch, channels, roundUp(columns));
  if (groups * direct < LEAST_COST) return null;
  return cheapest(direct, size => winogradGradientCost(plan, batch, channels, columns, size));
}
