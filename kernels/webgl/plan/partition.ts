import {roundUp} from '../../../src/geometry/round_up.js';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import type {ChannelBlocks} from './channel_blocks.js';

/*
 * A convolution whose textures would exceed the device's largest is computed in regions of its results: ranges along the
 * batch, the axes and the channels, each with the sources that it reads.
 */

/** From where on, and how many. */
export interface Range {
  readonly from: number;
  readonly count: number;
}

export interface Region {
  readonly batch: Range;
  /** Results of each phase along the axes. */
  readonly grid: readonly [Range, Range, Range];
  /** Blocks of result channels, over all groups. */
  readonly blocks: Range;
}

const all = (count: number): Range => ({from: 0, count});

/** All results. */
export function wholeRegion(
  {batch, grid: [depth, height, width]}: PhasePlan,
  {groups, blocksPerGroup}: ChannelBlocks,
): Region {
  return {batch: all(batch), grid: [all(depth), all(height), all(width)], blocks: all(groups * blocksPerGroup)};
}

/** What of an axis of the source the results in a range of the grid read, in any phase; not less than one element. */
function sourceRange(
  {sourceStep, tapStep, backward, geometry, source}: PhasePlan,
  axis: number,
  {from, count}: Range,
): Range {
  const {kernel, dilation, stride, padBefore} = geometry.axes[axis];
  const size = source.spatial[axis];
  // Backward, result i reads sources (i + padBefore - k dilation) / stride.
  const reach = (kernel - 1) * dilation;
  const [first, last] = backward
    ? [
        from + Math.floor((padBefore - reach) / stride),
        from + count - 1 + Math.floor((stride - 1 + padBefore) / stride),
      ]
    : [
        from * sourceStep[axis] - padBefore,
        (from + count - 1) * sourceStep[axis] - padBefore + (kernel - 1) * tapStep[axis],
      ];
  const start = Math.min(Math.max(0, first), size - 1);
  return {from: start, count: Math.max(1, Math.min(size - 1, last) - start + 1)};
}

/** What a region reads of its source along the axes. */
const sourceRanges = (plan: PhasePlan, {grid}: Region): [Range, Range, Range] => [
  sourceRange(plan, 0, grid[0]),
  sourceRange(plan, 1, grid[1]),
  sourceRange(plan, 2, grid[2]),
];

/** The plan of a region alone. */
export function regionPlan(plan: PhasePlan, region: Region): PhasePlan {
  const [depth, height, width] = sourceRanges(plan, region).map(({count}) => count);
  return {
    ...plan,
    batch: region.batch.count,
    grid: region.grid.map(({count}) => count),
    source: {...plan.source, batch: region.batch.count, spatial: [depth, height, width]},
  };
}

/** A part of an image: its own sizes, and where it begins. */
export interface Crop {
  readonly part: ImageLayout;
  readonly batchFrom: number;
  readonly from: readonly [number, number, number];
}

/** All of an image. */
export const wholeImage = (image: ImageLayout): Crop => ({part: image, batchFrom: 0, from: [0, 0, 0]});

/** The part of the source that a region reads. */
export function sourceCrop(plan: PhasePlan, region: Region): Crop {
  const [depth, height, width] = sourceRanges(plan, region);
  return {
    part: regionPlan(plan, region).source,
    batchFrom: region.batch.from,
    from: [depth.from, height.from, width.from],
  };
}

/** From where the sources of a region's first results are to where its crop of the source begins, along the axes. */
export const sourceShift = (plan: PhasePlan, region: Region): number[] =>
  sourceRanges(plan, region).map(({from}, a) => region.grid[a].from * plan.sourceStep[a] - from);

/** Halves at a multiple of `unit`, if both have something. */
function halves({from, count}: Range, unit: number): Range[] {
  const first = roundUp(count / 2, unit);
  return first >= count
    ? []
    : [
        {from, count: first},
        {from: from + first, count: count - first},
      ];
}

/** Which textures of a region are too large for the device. */
export type TooLarge = 'images' | 'filter';

/**
 * The two halves of a region, or none if there is nothing to halve: images are halved along the batch and the axes, the
 * filter along the channels. Halves begin at even results and channels, so that no packed texel of the result belongs to
 * both.
 */
function split(
  region: Region,
  {groups, channelsPerGroup, blocksPerGroup}: ChannelBlocks,
  tooLarge: TooLarge,
): Region[] {
  const {
    batch,
    grid: [depth, height, width],
    blocks,
  } = region;
  const unit = groups === 1 ? 1 : channelsPerGroup % 2 === 0 ? blocksPerGroup : 2 * blocksPerGroup;
  const alongImages: Region[][] = [
    halves(batch, 1).map(range => ({...region, batch: range})),
    halves(depth, 2).map(range => ({...region, grid: [range, height, width]})),
    halves(height, 2).map(range => ({...region, grid: [depth, range, width]})),
    halves(width, 2).map(range => ({...region, grid: [depth, height, range]})),
  ];
  const alongChannels = halves(blocks, unit).map(range => ({...region, blocks: range}));
  const choices = tooLarge === 'images' ? [...alongImages, alongChannels] : [alongChannels];
  return choices.find(choice => choice.length > 0) ?? [];
}

/**
 * Regions that fit and make up `whole`, whose channels are in `blocks`.
 * @throws if the smallest ones do not fit.
 */
export function partitionOf(
  whole: Region,
  blocks: ChannelBlocks,
  fitOf: (region: Region) => TooLarge | 'fits',
): Region[] {
  const fit = fitOf(whole);
  if (fit === 'fits') return [whole];
  const parts = split(whole, blocks, fit);
  if (parts.length === 0) throw kernelError(KERNEL_RULES.textureSize, {tooLarge: fit});
  return parts.flatMap(part => partitionOf(part, blocks, fitOf));
}

/** Whether a region is less than the image, along the batch or an axis. */
export const isCropped = ({batch, grid}: Region, plan: PhasePlan): boolean =>
  batch.count < plan.batch || grid.some(({count}, a) => count < plan.grid[a]);
