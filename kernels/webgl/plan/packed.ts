import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {isElementwise} from '../../gpu/products.js';
import {channelBlocks} from './channel_blocks.js';
import {columnPairs, lineCount, linesLayout, MOST_RUNS, pairs} from './packed_layout.js';
import {packedCost, pointwiseCost, tilesCost} from './costs.js';
import {rowTaps, UNROLLED} from './depthwise_taps.js';
import {isPointwise} from './pointwise.js';
import {fits} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';
import {TILE} from './tiling.js';
import {sourceTexels} from './unrolled_taps.js';
import type {UnrolledTaps} from './unrolled_taps.js';

/*
 * What the variant `packed` takes, and the texture of its filter: one group, from packed to packed texels.
 */

/** The filter: in the row of a tap a run of pairs of source channels for every pair of result channels. */
export const tapRowsLayout = ({source, result, geometry}: PhasePlan): TextureLayout => ({
  length: pairs(source.channels),
  perRow: pairs(result.channels),
  rows: product(spatialSizes(geometry, 'kernel')),
});

/** Whether each channel is multiplied by itself. */
export const isPackedDepthwise = (plan: PhasePlan): boolean => plan.groups > 1 && isElementwise(plan);

/** The blocks of channels of a depthwise filter, and its texture: a row has a tap. */
export function depthwiseTaps({result, geometry}: PhasePlan, maxSize: number) {
  const blocks = channelBlocks(1, result.channels, 1, maxSize);
  return {blocks, layout: {length: blocks.length, perRow: 1, rows: product(spatialSizes(geometry, 'kernel'))}};
}

/** The taps along the width where a program has them written out. */
export function packedTaps(plan: PhasePlan): UnrolledTaps | undefined {
  const {
    backward,
    sourceStep,
    tapStep,
    geometry: {axes},
  } = plan;
  const [, , {kernel, stride}] = axes;
  if (kernel > UNROLLED || (backward && stride > 1)) return undefined;
  return {
    lines: 1,
    beginsOdd: rowTaps(plan).beginsOdd,
    kernel: [1, 1, kernel],
    resultStep: [1, sourceStep[2]],
    tapStep: [1, Math.abs(tapStep[2])],
  };
}

/** The results where a fragment computes several pairs of channels: a row has a pair of columns. */
export const channelTargets = ({result}: PhasePlan, targets: number): TextureLayout => ({
  length: Math.ceil(pairs(result.channels) / targets),
  perRow: 1,
  rows: lineCount(result) * columnPairs(result),
});

/** How `packed` computes a plan with so many targets at most, and what it takes. */
function withTargets(plan: PhasePlan, most: number) {
  const targets = Math.ceil(pairs(plan.result.channels) / channelTargets(plan, most).length);
  const taps = packedTaps(plan);
  const texels = taps === undefined ? 2 * plan.geometry.axes[2].kernel : sourceTexels(taps).size;
  return {targets, cost: packedCost(plan, {targets, texels, unrolled: taps !== undefined})};
}

/** The cheapest number of targets, in textures of at most `maxSize` texels a side. */
function cheapestTargets(plan: PhasePlan, maxSize: number) {
  const choices = plan.groups === 1 && channelTargets(plan, 1).rows <= maxSize ? [1, 2, TILE] : [1];
  return choices.map(most => withTargets(plan, most)).reduce((best, one) => (one.cost < best.cost ? one : best));
}

/** How many pairs of channels a fragment computes. */
export const packedTargets = (plan: PhasePlan, maxSize: number): number => cheapestTargets(plan, maxSize).targets;

/** Whether the program can compute the plan, in textures of at most `maxSize` texels a side. */
export const canPack = (plan: PhasePlan, maxSize: number): boolean =>
  (plan.groups === 1
    ? pairs(plan.source.channels) * pairs(plan.result.channels) <= maxSize
    : isPackedDepthwise(plan) && plan.source.channels === plan.result.channels && plan.result.channels <= maxSize) &&
  plan.source.channelsLast &&
  lineCount(plan.source) * columnPairs(plan.source) < MOST_RUNS &&
  lineCount(plan.result) * columnPairs(plan.result) * pairs(plan.result.channels) < MOST_RUNS &&
  fits(linesLayout(plan.source, maxSize), maxSize) &&
  product(spatialSizes(plan.geometry, 'kernel')) <= maxSize;

/** Whether it is the cheapest. */
export const packedPays = (plan: PhasePlan, maxSize: number): boolean =>
  cheapestTargets(plan, maxSize).cost <=
  Math.min(tilesCost(plan), isPointwise(plan, maxSize) ? pointwiseCost(plan) : Infinity);
