import {product, spatialSizes} from '../../../src/geometry/conv.js';
import {pixelsOf} from '../../../src/geometry/image_layout.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {isElementwise} from '../../gpu/products.js';
import {columnPairs, lineCount, pairs} from './packed_layout.js';
import {TILE, tilesPerPhase} from './tiling.js';

/*
 * What variants take, in reads of a texel by a fragment, so that the cheapest is chosen. Set on the emulated GPU of Chromium;
 * `npm run bench:sweep -- --backend webgl --variants packed,pointwise,tiles,slices` shows how far the chosen one is from the
 * fastest.
 */

/** A draw. */
const DRAW = 10_000;
/** Each of several targets of a draw, which is copied afterwards. */
export const TARGET = 6_500;

/** The products of two by two values and of four by four, and a turn of a loop. */
const [PAIR_PRODUCTS, TILE_PRODUCTS, TURN] = [0.2, 1.2, 1];

/** Whatever else a fragment does, of `packed` and of `tiles`, and what it writes, for each target. */
const [PACKED_FRAGMENT, TILES_FRAGMENT, WRITE] = [5, 30, 2.5];

/** Texels of a filter up to which a cache holds it, and what a read of one takes beyond. */
const [CACHED, UNCACHED_READ] = [4096, 1.4];

/** The first and last steps of `tiles`: for a texel of the source, and of the result. */
const [LAY_OUT, WRITE_TENSOR] = [10, 14];

/** Whatever else a fragment of a gradient does, for each line of results, and for a pair of columns. */
const [GRADIENT_FRAGMENT, GRADIENT_LINE, GRADIENT_PAIR] = [16, 6, 5.5];

/** What `slices` take for their draws, and how many times as much as their reads, as they keep many sums in loops. */
const [SLICES, OF_SLICES] = [70_000, 2];

const tapsOf = ({geometry}: PhasePlan): number => product(spatialSizes(geometry, 'kernel'));

/** How `packed` reads the taps along the width, of each line of taps. */
interface PackedReads {
  /** Texels of the source for all of them, and whether they are written out. */
  readonly texels: number;
  readonly unrolled: boolean;
  /** Targets of a fragment. */
  readonly targets: number;
}

/** By `packed`. */
export function packedCost(plan: PhasePlan, {texels, unrolled, targets}: PackedReads): number {
  const {source, result, geometry} = plan;
  const [depth, height, width] = spatialSizes(geometry, 'kernel');
  const fragments = lineCount(result) * columnPairs(result) * Math.ceil(pairs(result.channels) / targets);
  const filter = depth * height * width * pairs(source.channels) * pairs(result.channels);
  const read = !isElementwise(plan) && filter > CACHED ? UNCACHED_READ : 1;
  const pair = texels + width * targets * (read + PAIR_PRODUCTS) + (unrolled ? 0.5 * texels : 4 * width) + TURN;
  const line = 3 * TURN + (isElementwise(plan) ? 1 : pairs(source.channels)) * pair;
  return (
    DRAW +
    (targets > 1 ? targets * TARGET : 0) +
    fragments * (PACKED_FRAGMENT + WRITE * targets + 0.5 * texels + depth * height * line)
  );
}

/** By `pointwise`. */
export function pointwiseCost({source, result}: PhasePlan): number {
  const fragments = (lineCount(result) * columnPairs(result) * pairs(result.channels)) / TILE;
  const pair = 1 + TILE * (1 + PAIR_PRODUCTS) + 0.5 * TURN;
  return DRAW + TILE * TARGET + fragments * (2 * PACKED_FRAGMENT + WRITE * TILE + pairs(source.channels) * pair);
}

/** By `tiles`, of one group or depthwise. */
export function tilesCost(plan: PhasePlan): number {
  const {source, result, phases} = plan;
  const [sourceBlocks, resultBlocks] = [Math.ceil(source.channels / 4), Math.ceil(result.channels / 4)];
  const count = product(phases);
  const fragments = count * tilesPerPhase(plan) * resultBlocks;
  const products = isElementwise(plan) ? TILE + 1 + TILE_PRODUCTS : sourceBlocks * (2 * TILE + TILE * TILE_PRODUCTS);
  return (
    3 * DRAW +
    TILE * TARGET +
    LAY_OUT * pixelsOf(source) * sourceBlocks +
    fragments * (TILES_FRAGMENT + WRITE * TILE + (tapsOf(plan) / count) * (2 * TURN + products)) +
    WRITE_TENSOR * pixelsOf(result) * resultBlocks
  );
}

/** The filter's gradient by `packed`, of so many texels a tap: what one fragment sums, and all of it. */
export function packedGradientCost(plan: PhasePlan, texels: number) {
  const summed = lineCount(plan.result) * (GRADIENT_LINE + GRADIENT_PAIR * columnPairs(plan.result));
  return {summed, all: DRAW + tapsOf(plan) * texels * (GRADIENT_FRAGMENT + summed)};
}

/** The filter's gradient by `slices`, of one group or as many as input channels. */
export function slicesCost(plan: PhasePlan): number {
  const {source, result, groups} = plan;
  const [xBlocks, dyBlocks] = [Math.ceil(source.channels / 4), Math.ceil(result.channels / 4)];
  const fragments = groups === 1 ? tapsOf(plan) * xBlocks * dyBlocks : Math.ceil(tapsOf(plan) / TILE) * dyBlocks;
  const products = groups === 1 ? 2 + TILE_PRODUCTS : TILE + 1 + TILE_PRODUCTS;
  const laidOut = pixelsOf(source) * (groups === 1 ? xBlocks : dyBlocks) + pixelsOf(result) * dyBlocks;
  const sums = fragments * (lineCount(result) * GRADIENT_LINE + pixelsOf(result) * (products + TURN) + WRITE * TILE);
  return SLICES + OF_SLICES * (LAY_OUT * laidOut + sums + WRITE_TENSOR * TILE * fragments);
}
