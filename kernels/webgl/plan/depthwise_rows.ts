import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import {isElementwise} from '../../gpu/products.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {rowTaps, tapPairsLayout, UNROLLED} from './depthwise_taps.js';
import {columnPairs, lineCount, linesLayout, pairs} from './packed_layout.js';
import {fits} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';

/*
 * What the variant `depthwise_rows` takes, and its textures: depthwise, from packed to packed texels.
 */

/** Whether the program computes the plan, in textures of at most `maxSize` texels a side. */
export function isDepthwiseRows(plan: PhasePlan, maxSize: number): boolean {
  const {
    backward,
    geometry: {axes},
    source,
    result,
  } = plan;
  const [, , width] = axes;
  return (
    isElementwise(plan) &&
    source.channels === result.channels &&
    source.channelsLast &&
    // Many taps of one channel are written out a line at a time by `packed`.
    (rowTaps(plan).areFew ||
      (width.stride === 1 && width.dilation === 1 && (plan.groups > 1 || width.kernel > UNROLLED))) &&
    (!backward || axes.every(({stride}) => stride === 1)) &&
    fits(linesLayout(source, maxSize), maxSize) &&
    fits(tapPairsLayout(plan), maxSize)
  );
}

/** Whether a row of the texture has whole lines, or one pair of columns. */
export const hasWholeLines = ({perRow}: TextureLayout, image: ImageLayout): boolean =>
  perRow === 1 || perRow % columnPairs(image) === 0;

/** The results where a fragment computes so many lines: a row of the texture has as many, one from each target. */
export const severalLinesLayout = ({result}: PhasePlan, lines: number): TextureLayout => ({
  length: lines * columnPairs(result) * pairs(result.channels),
  perRow: 1,
  rows: Math.ceil(lineCount(result) / lines),
});

/** Whether so many lines are of one image, wherever they begin, and fit in a row of a texture. */
export function canComputeAtOnce(plan: PhasePlan, lines: number, maxSize: number): boolean {
  const {
    batch,
    grid: [depth, height],
  } = plan;
  return (
    lines <= height && (batch * depth === 1 || height % lines === 0) && fits(severalLinesLayout(plan, lines), maxSize)
  );
}

/** Whether images have one plane and every result reads it. */
export const isFlat = ({
  geometry: {
    axes: [{kernel, padBefore, input, output}],
  },
}: PhasePlan): boolean => kernel === 1 && padBefore === 0 && input === 1 && output === 1;
