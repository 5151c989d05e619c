import {isOneToOne, product, spatialSizes} from '../../../src/geometry/conv.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {columnPairs, lineCount, linesLayout, pairs} from './packed_layout.js';
import {fits} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';

/*
 * What the variant `packed` takes, and the texture of its filter: one group, from packed to packed texels.
 */

/** The filter: in the row of a tap a run of pairs of source channels for every pair of result channels. */
export const tapRowsLayout = ({source, result, geometry}: PhasePlan): TextureLayout => ({
  length: pairs(source.channels),
  perRow: pairs(result.channels),
  rows: product(spatialSizes(geometry, 'kernel')),
});

/**
 * What a fragment takes before it reads, and a tap before its channels, in reads of a texel, and what all fragments take at
 * most. Set on the emulated GPU of Chromium; `npm run bench:sweep -- --backend webgl` shows their effect.
 */
const [FRAGMENT_READS, TAP_READS, MOST_READS] = [20, 2, 2 ** 18];

/**
 * The same of the filter's gradient, and what one fragment sums at most: other variants share a long sum among several.
 */
const [MOST_SUMMED, MOST_GRADIENT_READS] = [2 ** 12, 2 ** 20];

/** What all fragments take, in reads of a texel. For each pair of channels of a tap these are two of the source and one of the filter. */
function readsOf({source, result, geometry}: PhasePlan): number {
  const fragments = lineCount(result) * columnPairs(result) * pairs(result.channels);
  const taps = product(spatialSizes(geometry, 'kernel'));
  return fragments * (FRAGMENT_READS + taps * (TAP_READS + 3 * pairs(source.channels)));
}

/** Whether the program computes the plan, in textures of at most `maxSize` texels a side, and should. */
export const isPacked = (plan: PhasePlan, maxSize: number): boolean =>
  plan.groups === 1 &&
  plan.source.channelsLast &&
  readsOf(plan) <= MOST_READS &&
  fits(linesLayout(plan.source, maxSize), maxSize) &&
  pairs(plan.source.channels) * pairs(plan.result.channels) <= maxSize &&
  product(spatialSizes(plan.geometry, 'kernel')) <= maxSize;

/** Whether the program of the filter's gradient computes it, in textures of at most `maxSize` texels a side, and should. */
export function isPackedGradient(plan: PhasePlan, maxSize: number): boolean {
  const {source, result, geometry: g} = plan;
  const fragments = product(spatialSizes(g, 'kernel')) * pairs(g.inChannels) * pairs(g.outChannels);
  const reads = lineCount(result) * (TAP_READS + 3 * columnPairs(result));
  return (
    g.groups === 1 &&
    !isOneToOne(g) &&
    g.channelsLast &&
    reads <= MOST_SUMMED &&
    fragments * (FRAGMENT_READS + reads) <= MOST_GRADIENT_READS &&
    fits(linesLayout(source, maxSize), maxSize) &&
    fits(linesLayout(result, maxSize), maxSize)
  );
}
