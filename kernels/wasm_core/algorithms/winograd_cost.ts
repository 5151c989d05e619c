import {roundUp} from '../../../src/geometry/round_up.js';
import {GRADIENT_TILES_LEAST, VECTOR} from '../generated/layout.js';
import type {AxisTaps} from '../../../src/geometry/taps.js';
import type {Direction} from '../plan/direction.js';

/*
 * What Winograd tiles cost, and what the direct algorithm does, in multiplications of the microkernel, which does about 20
 * of them in a nanosecond. The constants were fitted to the timings of `npm run bench -- --parts layers,gradients --only
 * 3x3`, by every variant (TFJS_CONV_VARIANT).
 */

/** Side of a tile of results: F(2x2, 3x3) or F(4x4, 3x3). */
export type TileSize = 2 | 4;

/** What tiles multiply over what the definition does: (size + 2) ** 2 values for 9 size ** 2. */
export const WINOGRAD_SHARE: {readonly [S in TileSize]: number} = {2: 16 / 36, 4: 36 / 144};

/** What is computed. */
export type Work = Pick<Direction, 'plan' | 'batch' | 'groupInChannels' | 'groupOutChannels'>;

/** Tiles along an axis whose three taps are `dilation` apart: each of that many phases has its own. */
function tilesAlong({count, source}: AxisTaps, size: TileSize): number {
  const dilation = source[1] - source[0];
  return dilation * Math.ceil(Math.ceil(count / dilation) / size);
}

/** Tiles of all results. */
const tileCount = ({plan: [depth, height, width], batch}: Work, size: TileSize): number =>
  batch * depth.count * tilesAlong(height, size) * tilesAlong(width, size);

/** The transforms of a tile's inputs, and of its results, per channel. */
const TRANSFORM = {2: {input: 130, output: 110}, 4: {input: 320, output: 280}} as const;
/** Gathering of the direct algorithm, per result, tap and channel. */
const GATHER = 3;
/** A call that costs less by the direct algorithm, some 50 microseconds, keeps its better rounding. */
const LEAST_COST = 2 ** 20;
/** Fewer channels do not fill the transforms' vectors, or leave products that are too short. */
const LEAST_CHANNELS = 6;
/** A float of a filter that is read from outside of the L2 cache. */
const FILTER = 4;

/** Cost by tiles of a size. */
function winogradCost(work: Work, size: TileSize): number {
  const {plan, groupInChannels, groupOutChannels} = work;
  const planes = plan[0].source.length;
  const products = (size + 2) ** 2 * planes * groupInChannels * groupOutChannels;
  const {input, output} = TRANSFORM[size];
  const perTile = planes * groupInChannels * input + groupOutChannels * output + products;
  return tileCount(work, size) * perTile + products * FILTER;
}

/** Results of a channel. */
export const resultCount = ({plan: [depth, height, width], batch}: Pick<Work, 'plan' | 'batch'>): number =>
  batch * depth.count * height.count * width.count;

/** Cost as a matrix product. */
export function directCost(work: Work): number {
  const {
    plan: [depth, height, width],
    groupInChannels,
    groupOutChannels,
  } = work;
  const results = resultCount(work);
  const taps = depth.source.length * height.source.length * width.source.length;
  return taps * groupInChannels * (results * (groupOutChannels + GATHER) + groupOutChannels * FILTER);
}

/**
 * Where tiles of 4 x 4 should transform the filter while they use it (assembly/winograd/stream/stream.ts): up to so many
 * tiles, where the transformed filter has so many bytes at least. Beyond the L2 cache it takes longer to read than to
 * transform the filter for every block of tiles; beyond 16 MiB, than several transforms. Measured by
 * `npm run bench -- --parts layers,networks --only 7x7` and `--only ResNet-50`.
 */
const STREAMED = [
  {tiles: 20, bytes: 2 * 1024 * 1024},
  {tiles: 120, bytes: 16 * 1024 * 1024},
] as const;

export function isStreamed(work: Work): boolean {
  const {plan, groupInChannels, groupOutChannels} = work;
  const count = tileCount(work, 4);
  const size = 36 * 4 * plan[0].source.length * groupInChannels * groupOutChannels;
  return STREAMED.some(({tiles, bytes}) => count <= tiles && size >= bytes);
}

/** The size of tiles that costs least, and less than the direct algorithm; null where there is none. */
function cheapest(direct: number, costOf: (size: TileSize) => number): TileSize | null {
  const [two, four] = [costOf(2), costOf(4)];
  if (Math.min(two, four) >= direct) return null;
  return four <= two ? 4 : 2;
}

/** The size of tiles that computes it fastest; null where the matrix product does. */
export function winogradTile(work: Work): TileSize | null {
  if (work.groupInChannels < LEAST_CHANNELS) return null;
  const direct = directCost(work);
  if (direct < LEAST_COST) return null;
  return cheapest(direct, size => winogradCost(work, size));
}

/** The transform of a sum over tiles to taps, per input and output channel. */
const TAPS = {2: 50, 4: 120} as const;
/** What it takes longer to transform a tile whose channels do not fill the vectors, per channel. */
const PATCH = 60;
/** Input channels times output channels of a group that is too small for tiles. */
const TINY_GROUP = 16;

/** Cost of the transforms of a tile's channels, at `each`. */
const transformCost = (channels: number, each: number): number =>
  roundUp(channels, VECTOR) * (each + (channels % VECTOR === 0 ? 0 : PATCH));

/** Cost of a filter gradient by tiles of a size. Both images are transformed, and vectors are of their channels. */
function winogradGradientCost(work: Work, size: TileSize): number {
  const {plan, groupInChannels, groupOutChannels} = work;
  const tiles = tileCount(work, size);
  const planes = plan[0].source.length;
  const {input, output} = TRANSFORM[size];
  const products = planes * groupInChannels * roundUp(groupOutChannels, VECTOR);
  const transforms = planes * transformCost(groupInChannels, input) + transformCost(groupOutChannels, output);
  return (
    tiles * (transforms + (size + 2) ** 2 * products) + Math.ceil(tiles / GRADIENT_TILES_LEAST) * products * TAPS[size]
  );
}

/** The size of tiles that computes the gradient of the filter fastest; null where the matrix product does. */
export function winogradGradientTile(work: Work, groups: number): TileSize | null {
  const {groupInChannels, groupOutChannels} = work;
  // Tiny groups: the kernel for them is faster, as each of their transforms reads cache lines that others share.
  if (groups > 1 && groupInChannels * groupOutChannels <= TINY_GROUP) return null;
  const direct = directCost({...work, groupOutChannels: roundUp(groupOutChannels, VECTOR)});
  if (groups * direct < LEAST_COST) return null;
  return cheapest(direct, size => winogradGradientCost(work, size));
}
