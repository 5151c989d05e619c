import {perObject} from '../../../src/geometry/geometry_cache.js';
import {roundUp} from '../../../src/geometry/round_up.js';
import {VECTOR} from '../generated/layout.js';
import type {AxisTaps} from '../../../src/geometry/taps.js';
import {cutPlan, isEven, tileCount} from '../plan/fft_tiles.js';
import type {Tiling} from '../plan/fft_tiles.js';
import {directCost} from './winograd_cost.js';
import type {Work} from './winograd_cost.js';

/*
 * What tiles of a Fourier transform cost, in the unit of winograd_cost.ts, and which tiles cost least. The constants were
 * fitted to the timings in docs/experiments.md, by variant (TFJS_CONV_VARIANT); `npm run bench -- --parts others` shows their effect.
 */

/** Sides of tiles; 1 is an axis that is not cut. */
const SIZES = [1, 16, 32, 64, 128, 256] as const;
/** A tile is at most so many times as long as its taps, or the smallest: more pays little, and rounds worse. */
const MOST_PER_TAP = 12;
/** Elements of a tile at most: what is transformed stays in the L2 cache. */
const MOST_ELEMENTS = 128 * 128;
/** Transforming four channels of a pair of tiles at all, gathering or writing an element, and each of its steps of radix 2. */
const TRANSFORM = 3000;
const ELEMENT = 60;
const STEP = 14;
/** A float of a filter that is read from outside of the L2 cache, and the floats that are inside. */
const FILTER = 3;
const NEAR_FLOATS = 96 * 1024;
/** The part of the packing that a call has to make up for: filters of models stay, those of training change. */
const PACKING = 0.5;
/** Pairs of tiles that are multiplied together: three fill the microkernel; twice as many where the filter is far away. */
const PAIRS = 3;
/** Floats of the spectra of a block at most: 4 MiB. */
const BLOCK_FLOATS = 1024 * 1024;
/** The part of the direct cost that tiles must stay below, for their rounding and what the model gets wrong. */
const MARGIN = 0.8;
/** A call that costs less by the direct algorithm keeps its better rounding. */
const LEAST_COST = 2 ** 20;
/** Fewer channels leave products that are too short. */
const LEAST_CHANNELS = 4;

/** The part of the definition's multiplications that it pays to do with threads: what tiles of 5x5 and 7x7 taps need. */
export const FFT_SHARE = 0.1;

interface Cost {
  readonly tiling: Tiling;
  readonly total: number;
}

/** The transform of four channels of a pair of tiles. */
const transformCost = ({height, width}: Pick<Tiling, 'height' | 'width'>): number =>
  TRANSFORM + height.size * width.size * (ELEMENT + STEP * Math.log2(height.size * width.size));

function costOf(work: Work, sizes: readonly [number, number]): Cost | null {
  const cut = cutPlan(work.plan, sizes);
  if (cut === null) return null;
  const depth = cut.terms.length * roundUp(work.groupInChannels, VECTOR);
  const columns = roundUp(work.groupOutChannels, VECTOR);
  const filter = 4 * cut.frequencies * depth * columns;
  const all = Math.ceil(tileCount(work.batch, work.plan, cut) / 2);
  const most = Math.max(1, Math.floor(BLOCK_FLOATS / (4 * cut.frequencies * (depth + columns))));
  const wanted = filter > NEAR_FLOATS ? 2 * PAIRS : PAIRS;
  const pairs = Math.min(all, most >= wanted ? wanted : Math.min(most, PAIRS));
  const products = all * 2 * filter;
  const transforms = (all * (depth + columns)) / VECTOR;
  const reads = filter > NEAR_FLOATS ? Math.ceil(all / pairs) * filter * FILTER : 0;
  const packing = PACKING * ((depth * columns) / VECTOR) * transformCost(cut);
  return {tiling: {...cut, pairs}, total: products + reads + transforms * transformCost(cut) + packing};
}

/** Sizes of tiles along an axis that may pay. */
const sizesOf = ({source: {length}}: AxisTaps): number[] =>
  length > 1 ? SIZES.filter(size => size <= 16 || size <= MOST_PER_TAP * length) : [1];

/** The tiles that cost least; null where the plan cannot be cut. */
const cheapest = perObject((work: Work): Cost | null => {
  const [, height, width] = work.plan;
  let best: Cost | null = null;
  for (const rows of sizesOf(height)) {
    for (const columns of sizesOf(width)) {
      if (rows * columns === 1 || rows * columns > MOST_ELEMENTS) continue;
      const cost = costOf(work, [rows, columns]);
      if (cost !== null && (best === null || cost.total < best.total)) best = cost;
    }
  }
  return best;
});

/** Whether tiles can compute a plan: more than one tap along the height or width, evenly spaced, and fewer than a tile has. */
export function canTile(work: Work): boolean {
  const [depth, height, width] = work.plan;
  const taps = height.source.length * width.source.length;
  return depth.source.length > 0 && taps > 1 && isEven(height) && isEven(width) && cheapest(work) !== null;
}

/** The tiles of a plan that canTile() holds for. */
export function fftTiling(work: Work): Tiling {
  const best = cheapest(work);
  if (best === null) throw new Error('no tile is large enough for the taps');
  return best.tiling;
}

/** Multiplications of the products over those of the definition. */
export function fftShare(work: Work, tiling: Tiling): number {
  const {plan, batch, groupInChannels, groupOutChannels} = work;
  const [depth, height, width] = plan;
  const results = batch * depth.count * height.count * width.count;
  const taps = depth.source.length * height.source.length * width.source.length;
  const channels = tiling.terms.length * roundUp(groupInChannels, VECTOR) * roundUp(groupOutChannels, VECTOR);
  const products = tileCount(batch, plan, tiling) * 4 * tiling.frequencies * channels;
  return products / (results * taps * groupInChannels * groupOutChannels);
}

/** Whether tiles compute it faster than the matrix product. */
export function fftPays(work: Work): boolean {
  if (work.groupInChannels < LEAST_CHANNELS || work.groupOutChannels < LEAST_CHANNELS) return false;
  const direct = directCost(work);
  if (direct < LEAST_COST) return false;
  const best = cheapest(work);
  return best !== null && best.total < MARGIN * direct;
}
