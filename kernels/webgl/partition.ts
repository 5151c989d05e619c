import type {Blocks} from './image_texture.js';
import type {Plan} from './plan.js';

/*
 * A convolution whose textures would exceed the device's largest is made in parts: ranges of its results along the batch,
 * the axes and the channels, each with the sources that it reads.
 */

/** From where on, and how many. */
export interface Range {
  readonly from: number;
  readonly count: number;
}

export interface Part {
  readonly batch: Range;
  /** Results of each phase along the axes. */
  readonly grid: readonly [Range, Range, Range];
  /** Blocks of result channels, over all groups. */
  readonly blocks: Range;
}

const all = (count: number): Range => ({from: 0, count});

export function wholeOf({batch, grid: [depth, height, width]}: Plan, {groups, blocksPerGroup}: Blocks): Part {
  return {batch: all(batch), grid: [all(depth), all(height), all(width)], blocks: all(groups * blocksPerGroup)};
}

/** What of an axis of the source the results in a range of the grid read, in any phase; not less than one element. */
function sourceRange(
  {sourceStep, tapStep, backward, geometry, source}: Plan,
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

/** What a part reads of its source along the axes. */
export const sourceRanges = (plan: Plan, {grid}: Part): [Range, Range, Range] => [
  sourceRange(plan, 0, grid[0]),
  sourceRange(plan, 1, grid[1]),
  sourceRange(plan, 2, grid[2]),
];

/** The plan of a part alone. */
export function planOf(plan: Plan, part: Part): Plan {
  const [depth, height, width] = sourceRanges(plan, part).map(({count}) => count);
  return {
    ...plan,
    batch: part.batch.count,
    grid: part.grid.map(({count}) => count),
    source: {...plan.source, batch: part.batch.count, spatial: [depth, height, width]},
  };
}

/** Halves at a multiple of `unit`, if both have something. */
function halves({from, count}: Range, unit: number): Range[] {
  const first = Math.ceil(count / 2 / unit) * unit;
  return first >= count
    ? []
    : [
        {from, count: first},
        {from: from + first, count: count - first},
      ];
}

/** What of a part does not fit: its images are halved along the batch and the axes, its filter along the channels. */
export type TooLarge = 'images' | 'filter';

/**
 * The two parts of a part, or none if there is nothing to halve. Halves begin at even results and channels, so that no
 * packed texel of the result belongs to two of them.
 */
function split(part: Part, {groups, channelsPerGroup, blocksPerGroup}: Blocks, tooLarge: TooLarge): Part[] {
  const {
    batch,
    grid: [depth, height, width],
    blocks,
  } = part;
  const unit = groups === 1 ? 1 : channelsPerGroup % 2 === 0 ? blocksPerGroup : 2 * blocksPerGroup;
  const alongImages: Part[][] = [
    halves(batch, 1).map(range => ({...part, batch: range})),
    halves(depth, 2).map(range => ({...part, grid: [range, height, width]})),
    halves(height, 2).map(range => ({...part, grid: [depth, range, width]})),
    halves(width, 2).map(range => ({...part, grid: [depth, height, range]})),
  ];
  const alongChannels = halves(blocks, unit).map(range => ({...part, blocks: range}));
  const choices = tooLarge === 'images' ? [...alongImages, alongChannels] : [alongChannels];
  return choices.find(choice => choice.length > 0) ?? [];
}

/**
 * Parts that fit.
 * @throws if the smallest ones do not.
 */
export function partsOf(whole: Part, blocks: Blocks, check: (part: Part) => TooLarge | 'fits'): Part[] {
  const fit = check(whole);
  if (fit === 'fits') return [whole];
  const parts = split(whole, blocks, fit);
  if (parts.length === 0) throw new Error('tfjs-conv: the convolution does not fit the largest texture of this device');
  return parts.flatMap(part => partsOf(part, blocks, check));
}

/** Whether a part is less than the image, along any of these. */
export const isCropped = ({batch, grid}: Part, plan: Plan): boolean =>
  batch.count < plan.batch || grid.some(({count}, a) => count < plan.grid[a]);
