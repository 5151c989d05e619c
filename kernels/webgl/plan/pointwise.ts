import type {PhasePlan} from '../../gpu/phase_plan.js';
import {columnPairs, lineCount, linesLayout, pairs} from './packed_layout.js';
import {fits, textureLayout} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';
import {TILE} from './tiling.js';

/*
 * What the variant `pointwise` takes, and its textures: one tap and one group, from packed to packed texels.
 */

export const weightPairsLayout = ({source, result}: PhasePlan, maxSize: number): TextureLayout =>
  textureLayout(pairs(result.channels), pairs(source.channels), maxSize);

/** What one target holds: a quarter of the pairs of columns. */
export const quarterLayout = ({result}: PhasePlan, maxSize: number): TextureLayout =>
  textureLayout(Math.ceil((lineCount(result) * columnPairs(result)) / TILE), pairs(result.channels), maxSize);

/** The result: one quarter below the other. */
export function quartersLayout(plan: PhasePlan, maxSize: number): TextureLayout {
  const quarter = quarterLayout(plan, maxSize);
  return {...quarter, rows: TILE * quarter.rows};
}

/**
 * What the first and last steps of `tiles` take, in reads of a texel: for a texel of the source, and of the result. Set on
 * the emulated GPU of Chromium; `npm run bench:browser -- --backend webgl --only 1x1` shows their effect.
 */
const [LAY_OUT_READS, WRITE_READS] = [10, 20];

/** Whether it reads less than `tiles`: for a pair of channels of the source and a texel of the result 5/4 texels, those 1. */
function readsLess({source, result}: PhasePlan): boolean {
  const [sourcePairs, resultPairs] = [pairs(source.channels), pairs(result.channels)];
  return sourcePairs / 4 < (LAY_OUT_READS * sourcePairs) / resultPairs + WRITE_READS;
}

/** Whether each result reads the source in its own place only, and textures of at most `maxSize` texels a side hold both. */
export function isPointwise(plan: PhasePlan, maxSize: number): boolean {
  const {
    geometry: {axes, groups},
    source,
  } = plan;
  const inPlace = axes.every(
    ({kernel, stride, padBefore, input, output}) => kernel === 1 && stride === 1 && padBefore === 0 && input === output,
  );
  return (
    groups === 1 &&
    source.channelsLast &&
    inPlace &&
    source.spatial[2] > 1 &&
    readsLess(plan) &&
    fits(linesLayout(source, maxSize), maxSize) &&
    fits(weightPairsLayout(plan, maxSize), maxSize) &&
    fits(quartersLayout(plan, maxSize), maxSize)
  );
}
