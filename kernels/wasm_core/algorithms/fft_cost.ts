import {VECTOR} from '../generated/layout.js';
import {perObject} from '../../../src/geometry/geometry_cache.js';
import type {AxisTaps} from '../../../src/geometry/taps.js';
import {tapCount} from '../plan/conv_plan.js';
import type {Direction} from '../plan/direction.js';
import {cutPlan, isEven} from '../plan/fft_tiles.js';
import type {CutPlan, Tiling} from '../plan/fft_tiles.js';
import {channelsCost, channelsGradientCost} from './fft_channels_cost.js';
import {denseCost, denseGradientCost} from './fft_dense_cost.js';
import {directCost, resultCount} from './winograd_cost.js';

/*
 * Which tiles of a Fourier transform cost least, for few channels or for many, and whether they pay.
 */

/** What is computed. */
export type FftWork = Pick<Direction, 'plan' | 'batch' | 'groups' | 'groupInChannels' | 'groupOutChannels'>;

/** What tiles cost, with how they are multiplied together. */
export interface FftCost extends Pick<Tiling, 'pairs' | 'ins' | 'outs'> {
  readonly total: number;
}

/** Tiles and the algorithm that computes them. */
interface Choice {
  readonly algorithm: FftAlgorithm;
  readonly tiling: Tiling;
  readonly total: number;
}

/** For many channels, and for groups with few. */
export type FftAlgorithm = 'dense' | 'channels';
const ALGORITHMS: readonly FftAlgorithm[] = ['dense', 'channels'];
type Costs = {readonly [A in FftAlgorithm]: (work: FftWork, cut: CutPlan) => FftCost | null};

/** Sides of tiles where both axes are cut, and where one is; 1 is an axis that is not cut. */
const SIDES = [1, 16, 32, 64, 128, 256, 320, 512] as const;
const LENGTHS = [1, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536] as const;
/** A tile is at most so many times as long as its taps, or the smallest: more pays little, and rounds worse. */
const MOST_PER_TAP = 12;
/** The part of the direct cost that tiles must stay below, for their rounding and what the model gets wrong. */
const MARGIN = 0.8;
/** A call that costs less by the direct algorithm keeps its better rounding. */
const LEAST_COST = 2 ** 20;

/** Sizes of tiles along an axis that may pay. */
const sizesOf = ({source: {length}}: AxisTaps, sizes: readonly number[]): number[] =>
  length > 1 ? sizes.filter(size => size <= 16 || size <= MOST_PER_TAP * length) : [1];

/** Sides that tiles of a plan may have. */
function sidesOf([, height, width]: FftWork['plan']): Array<readonly [number, number]> {
  const sizes = height.source.length > 1 && width.source.length > 1 ? SIDES : LENGTHS;
  return sizesOf(height, sizes).flatMap(rows => sizesOf(width, sizes).map(columns => [rows, columns] as const));
}

/** What may compute tiles: sides of five times a power of two are for planes of few channels. */
function algorithmsFor({height, width}: CutPlan): readonly FftAlgorithm[] {
  const sizes = [height.size, width.size];
  if (sizes.every(size => size % 5 !== 0)) return ALGORITHMS;
  return sizes.every(size => size > 1) ? ['channels'] : [];
}

const cheaper = (a: Choice | null, b: Choice | null): Choice | null =>
  a === null || (b !== null && b.total < a.total) ? b : a;

/** Finds the tiles that cost least; null where the plan cannot be cut. */
function cheapestBy(costs: Costs): (work: FftWork) => Choice | null {
  function costBy(algorithm: FftAlgorithm, work: FftWork, cut: CutPlan): Choice | null {
    const cost = costs[algorithm](work, cut);
    if (cost === null) return null;
    const {total, ...blocks} = cost;
    return {algorithm, tiling: {...cut, ...blocks}, total};
  }
  return perObject(work =>
    sidesOf(work.plan)
      .filter(([rows, columns]) => rows * columns > 1)
      .flatMap(sides => cutPlan(work.plan, sides) ?? [])
      .flatMap(cut => algorithmsFor(cut).map(algorithm => costBy(algorithm, work, cut)))
      .reduce(cheaper, null),
  );
}

const cheapest = cheapestBy({dense: denseCost, channels: channelsCost});
const cheapestGradient = cheapestBy({dense: denseGradientCost, channels: channelsGradientCost});

/** Whether a plan may be cut into tiles: more than one tap along the height or width, evenly spaced. */
function isCut({plan: [depth, height, width]}: FftWork): boolean {
  const taps = height.source.length * width.source.length;
  return depth.source.length > 0 && taps > 1 && isEven(height) && isEven(width);
}

/** Whether there are tiles that can compute a plan, or the gradient of its filter. */
export const canTile = (work: FftWork): boolean => isCut(work) && cheapest(work) !== null;
export const canTileGradient = (work: FftWork): boolean => isCut(work) && cheapestGradient(work) !== null;

/** Multiplications of the definition. */
const multiplications = (work: FftWork): number =>
  resultCount(work) * tapCount(work.plan) * work.groups * work.groupInChannels * work.groupOutChannels;

/** Tiles, how they are computed, and what they cost over the multiplications of the definition. */
export interface FftTiles {
  readonly algorithm: FftAlgorithm;
  readonly tiling: Tiling;
  readonly share: number;
}

function tilesOf(work: FftWork, best: Choice | null): FftTiles {
  if (best === null) throw new Error('no tile is large enough for the taps');
  const {algorithm, tiling, total} = best;
  return {algorithm, tiling, share: total / multiplications(work)};
}

/** The tiles of a plan that canTile() holds for. */
export const fftTiles = (work: FftWork): FftTiles => tilesOf(work, cheapest(work));

/** The tiles of a gradient that canTileGradient() holds for. */
export const fftGradientTiles = (work: FftWork): FftTiles => tilesOf(work, cheapestGradient(work));

/** What the tiles of all directions cost over the multiplications of the definition. */
export function fftShare(works: readonly FftWork[]): number {
  const sum = (of: (work: FftWork) => number): number => works.reduce((total, work) => total + of(work), 0);
  return sum(work => fftTiles(work).share * multiplications(work)) / sum(multiplications);
}

/** What a multiplication of the definition costs where each channel is convolved by itself: with many taps, beyond caches. */
const CHANNELWISE = 1.7;
const CHANNELWISE_MANY = 2.4;
const MANY_TAPS = 128;
/** The same with one, two or three channels out in a group, and with so many in. */
const FEW_OUT = [6, 4, 2.7] as const;
const FEW_IN = 1.2;
const FEW_CHANNELS = 4;
/** What a tap of a result costs by itself with so few channels in, but for a gradient: node bench/costs/main.mjs */
const TAP_OF_FEW = 15;

/** Whether each channel is convolved by itself. */
const isChannelwise = ({groups, groupInChannels, groupOutChannels}: FftWork): boolean =>
  groupInChannels === 1 && (groupOutChannels === 1 || groups > 1);

/** What the multiplications of the fastest of the direct algorithms cost. */
function multiplyCost(work: FftWork): number {
  const {plan, groups, groupInChannels, groupOutChannels} = work;
  if (isChannelwise(work)) {
    return multiplications(work) * (tapCount(plan) > MANY_TAPS ? CHANNELWISE_MANY : CHANNELWISE);
  }
  if (groupOutChannels < FEW_CHANNELS) return multiplications(work) * FEW_OUT[groupOutChannels - 1];
  return groupInChannels < FEW_CHANNELS ? multiplications(work) * FEW_IN : groups * directCost(work);
}

/** What the fastest of the direct algorithms costs. */
function directlyCost(work: FftWork): number {
  const {plan, groups, groupInChannels} = work;
  const isFew = groupInChannels < FEW_CHANNELS && !isChannelwise(work);
  return multiplyCost(work) + (isFew ? groups * resultCount(work) * tapCount(plan) * TAP_OF_FEW : 0);
}

/**
 * What a multiplication of the filter's gradient costs where each channel is convolved by itself: the same, but for so few
 * channels that they fill no vector. And that of other filters over what a result costs. All of it over what tiles take
 * beside their own cost: node bench/costs/main.mjs --pass gradient.
 */
const FEW_CHANNELWISE_GRADIENT = 10;
const GRADIENT = 0.92;

/** What the fastest of the direct algorithms costs for the filter's gradient. */
function directGradientCost(work: FftWork): number {
  if (!isChannelwise(work)) return GRADIENT * multiplyCost(work);
  const {groups, groupOutChannels} = work;
  return multiplications(work) * (groups * groupOutChannels < VECTOR ? FEW_CHANNELWISE_GRADIENT : CHANNELWISE);
}

/** What a plan, or the gradient of its filter, costs by direct sums and by tiles: Infinity where there are none. */
interface Compared {
  readonly direct: number;
  readonly tiles: number;
}

export const fftCosts = (work: FftWork): Compared => ({
  direct: directlyCost(work),
  tiles: cheapest(work)?.total ?? Infinity,
});

export const fftGradientCosts = (work: FftWork): Compared => ({
  direct: directGradientCost(work),
  tiles: cheapestGradient(work)?.total ?? Infinity,
});

/** Whether tiles are faster than the direct algorithms; they are looked at only where the sums are large. */
const pays =
  (directly: (work: FftWork) => number, best: (work: FftWork) => Choice | null) =>
  (work: FftWork): boolean => {
    const direct = directly(work);
    return direct >= LEAST_COST && isCut(work) && (best(work)?.total ?? Infinity) < MARGIN * direct;
  };

export const fftPays = pays(directlyCost, cheapest);
export const fftGradientPays = pays(directGradientCost, cheapestGradient);
