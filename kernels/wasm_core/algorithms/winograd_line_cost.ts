import {perObject} from '../../../src/geometry/geometry_cache.js';
import {roundUp} from '../../../src/geometry/round_up.js';
import {VECTOR} from '../generated/layout.js';
import type {AxisTaps} from '../../../src/geometry/taps.js';
import {isEven} from '../plan/fft_tiles.js';
import {directCost} from './winograd_cost.js';
import type {Work} from './winograd_cost.js';

/*
 * What Winograd tiles along one axis cost, in the unit of winograd_cost.ts. The constants were fitted to the timings of
 * `npm run bench -- --parts others --only 1-D`, by this variant and by 'gemm' (TFJS_CONV_VARIANT).
 */

/** Elements of the inputs of a tile, and positions of its products. */
const POINTS = 6;

/** How many taps there may be along a line. */
const LINE_TAPS = [2, 3, 4, 5] as const;
export type LineTaps = (typeof LINE_TAPS)[number];

/** What tiles multiply over what the definition does: 6 positions for 7 - taps results. */
export const lineShare = (taps: LineTaps): number => POINTS / ((POINTS + 1 - taps) * taps);

/** The part of the definition's multiplications that it pays to do with threads. */
export const LINE_SHARE = lineShare(3);

/** The axis that tiles are along, and its taps among those of the plan: [outer, taps, inner]. */
export interface Line {
  readonly axis: 0 | 1 | 2;
  readonly outer: number;
  readonly taps: LineTaps;
  readonly inner: number;
}

/** Transforming the inputs of a tile, and its results, per channel and at all. */
const INPUT = 30;
const OUTPUT = 40;
const TILE = 900;
/** A float of a filter that is read from outside of the L2 cache. */
const FILTER = 4;
/** The part of the direct cost that tiles must stay below, for their rounding and what the model gets wrong. */
const MARGIN = 0.9;
/** A call that costs less by the direct algorithm keeps its better rounding. */
const LEAST_COST = 2 ** 20;
/** Fewer channels do not fill the transforms' vectors, or leave products that are too short. */
const LEAST_CHANNELS = 8;

/** The line along an axis; null where its taps are not for tiles. */
function lineAlong(work: Work, axis: Line['axis']): Line | null {
  const {source, sourceStep} = work.plan[axis];
  const taps = LINE_TAPS.find(count => count === source.length);
  if (taps === undefined || sourceStep !== 1 || !isEven(work.plan[axis])) return null;
  const lengths = work.plan.map(other => other.source.length);
  const outer = lengths.slice(0, axis).reduce((all, length) => all * length, 1);
  const inner = lengths.slice(axis + 1).reduce((all, length) => all * length, 1);
  return outer * inner === 0 ? null : {axis, outer, taps, inner};
}

/** Tiles along an axis: each phase of a dilation has its own. */
function tilesAlong({count, source}: AxisTaps): number {
  const dilation = source[1] - source[0];
  return dilation * Math.ceil(Math.ceil(count / dilation) / (POINTS + 1 - source.length));
}

function costOf(work: Work, {axis, outer, inner}: Line): number {
  const {plan, batch, groupInChannels, groupOutChannels} = work;
  const tiles = plan.reduce((all, one, a) => all * (a === axis ? tilesAlong(one) : one.count), batch);
  const depth = outer * inner * roundUp(groupInChannels, VECTOR);
  const columns = roundUp(groupOutChannels, VECTOR);
  const products = POINTS * outer * inner * groupInChannels * columns;
  return tiles * (TILE + depth * INPUT + columns * OUTPUT + products) + products * FILTER;
}

interface Cost {
  readonly line: Line;
  readonly total: number;
}

const AXES = [2, 1, 0] as const;

/** The axis that costs least; null where tiles do not compute the plan. */
const cheapest = perObject((work: Work): Cost | null => {
  let best: Cost | null = null;
  for (const axis of AXES) {
    const line = lineAlong(work, axis);
    if (line === null) continue;
    const total = costOf(work, line);
    if (best === null || total < best.total) best = {line, total};
  }
  return best;
});

/** The line of a plan's tiles; null where they do not compute it. */
export const lineOf = (work: Work): Line | null => cheapest(work)?.line ?? null;

/** What tiles cost where they compute it faster than the matrix product; Infinity elsewhere. */
export function lineCost(work: Work): number {
  if (work.groupInChannels < LEAST_CHANNELS || work.groupOutChannels < LEAST_CHANNELS) return Infinity;
  const direct = directCost(work);
  const best = cheapest(work);
  return direct >= LEAST_COST && best !== null && best.total < MARGIN * direct ? best.total : Infinity;
}

/** Whether tiles compute it faster than the matrix product. */
export const linePays = (work: Work): boolean => lineCost(work) < Infinity;
