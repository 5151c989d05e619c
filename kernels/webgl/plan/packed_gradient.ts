import {isDepthwise, product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {packedGradientCost, slicesCost} from './costs.js';
import {columnPairs, lineCount, linesLayout, MOST_RUNS, pairs} from './packed_layout.js';
import {fits, textureLayout} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';

/*
 * What the variant `packed` of the filter's gradient takes, and its texture.
 */

/**
 * Which channels the texel of a tap is of: two by two channels of a dense filter; two input channels with one output channel
 * each, one below the other or side by side; or two input channels with two of an even or odd number of output channels.
 */
export type GradientChannels = 'dense' | 'one' | 'row' | 'even' | 'odd';

/** Rows and columns of the filter, which its last axes are: those of a depthwise one are input channels, or there is one. */
export type FilterMatrix = readonly [number, number];

/**
 * What one fragment sums at most, in reads of a texel, where a CPU draws and where a GPU does, which computes few fragments
 * as slowly as one.
 */
const MOST_SUMMED = {cpu: 2 ** 18, gpu: 2 ** 12} as const;

/** Undefined where the program does not compute them. */
export function gradientChannels(
  {groups, outChannels}: ConvGeometry,
  [rows]: FilterMatrix,
): GradientChannels | undefined {
  if (groups === 1) return 'dense';
  const multiplier = outChannels / groups;
  if (rows === 1) return multiplier === 1 ? 'row' : undefined;
  return multiplier === 1 ? 'one' : multiplier % 2 === 0 ? 'even' : 'odd';
}

/** The gradient in rows of whole taps, about as wide as high. */
export const gradientLayout = (g: ConvGeometry, [rows, columns]: FilterMatrix, maxSize: number): TextureLayout =>
  textureLayout(product(spatialSizes(g, 'kernel')), pairs(rows) * pairs(columns), maxSize);

/** Whether the program can compute the filter's gradient, in textures of at most `maxSize` texels a side. */
export function canPackGradient(
  {source, result, geometry: g}: PhasePlan,
  matrix: FilterMatrix,
  maxSize: number,
): boolean {
  return (
    (g.groups === 1 || isDepthwise(g)) &&
    g.channelsLast &&
    gradientChannels(g, matrix) !== undefined &&
    [source, result].every(
      image => lineCount(image) * columnPairs(image) < MOST_RUNS && fits(linesLayout(image, maxSize), maxSize),
    ) &&
    fits(gradientLayout(g, matrix, maxSize), maxSize)
  );
}

/** Whether it is the cheapest, and no fragment sums too long: `slices` share a long sum among several. */
export function packedGradientPays(
  plan: PhasePlan,
  [rows, columns]: FilterMatrix,
  drawnBy: keyof typeof MOST_SUMMED,
): boolean {
  const {summed, all} = packedGradientCost(plan, pairs(rows) * pairs(columns));
  return summed <= MOST_SUMMED[drawnBy] && all <= slicesCost(plan);
}
