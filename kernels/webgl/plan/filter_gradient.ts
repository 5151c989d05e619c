import {isDepthwise, product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import type {Products} from '../../gpu/products.js';
import type {SliceLimits} from '../../gpu/slices.js';
import {channelBlocks} from './channel_blocks.js';
import type {ChannelBlocks} from './channel_blocks.js';
import {imageTextureLayout} from './operand_layouts.js';
import type {Addressing} from './operand_layouts.js';
import {partitionOf, regionPlan, sourceCrop, sourceShift, wholeRegion} from './partition.js';
import type {Crop, Region} from './partition.js';
import {fits} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';
import {TILE} from './tiling.js';

/*
 * The filter's gradient sums over the results. Each slice of the results is summed by fragments of its own, so that there
 * are enough of them; the slices are added up when the tensor is written.
 */

/**
 * Fragments that keep a GPU busy, and columns and results below which a slice costs more than it gains. Set on the
 * emulated GPU of Chromium; the bench in browsers has no gradients yet.
 */
export const SLICE_LIMITS: SliceLimits = {busy: 2 ** 13, narrowest: 32, shortest: 64};

/** The channels that are multiplied, and how many fragments each slice of the results has. */
export interface GradientSums {
  readonly products: Products;
  readonly x: ChannelBlocks;
  readonly dy: ChannelBlocks;
  readonly multiplier: number;
  readonly fragments: number;
}

export function gradientSums(g: ConvGeometry, maxSize: number): GradientSums {
  const taps = product(spatialSizes(g, 'kernel'));
  if (isDepthwise(g)) {
    const blocks = channelBlocks(1, g.outChannels, 1, maxSize);
    return {
      products: 'depthwise',
      x: blocks,
      dy: blocks,
      multiplier: g.outChannels / g.inChannels,
      fragments: Math.ceil(taps / TILE) * blocks.blocksPerGroup,
    };
  }
  const [x, dy] = [g.inChannels, g.outChannels].map(channels => channelBlocks(g.groups, channels, 1, maxSize));
  return {products: 'dense', x, dy, multiplier: 1, fragments: taps * g.groups * x.blocksPerGroup * dy.blocksPerGroup};
}

/** A part of an image, and the texture that it takes. */
interface LaidOutCrop {
  readonly crop: Crop;
  readonly layout: TextureLayout;
}

/** A region of the results, with what it reads of x and dy. */
export interface GradientRegion {
  readonly addressing: Addressing;
  readonly x: LaidOutCrop;
  readonly dy: LaidOutCrop;
  /** See sourceShift(). */
  readonly shift: readonly number[];
}

const fit = (one: GradientRegion, maxSize: number): boolean =>
  fits(one.x.layout, maxSize) && fits(one.dy.layout, maxSize);

/** Addressed by lines where the textures can hold them. */
function gradientRegion(plan: PhasePlan, {x, dy}: GradientSums, region: Region, maxSize: number): GradientRegion {
  const {
    batch,
    grid: [depth, height, width],
  } = regionPlan(plan, region);
  const [depths, heights, widths] = region.grid;
  const source = sourceCrop(plan, region);
  const results: Crop = {
    part: {...plan.result, batch, spatial: [depth, height, width]},
    batchFrom: region.batch.from,
    from: [depths.from, heights.from, widths.from],
  };
  const laidOut = (addressing: Addressing): GradientRegion => ({
    addressing,
    x: {crop: source, layout: imageTextureLayout(source.part, x, addressing, maxSize)},
    dy: {crop: results, layout: imageTextureLayout(results.part, dy, addressing, maxSize)},
    shift: sourceShift(plan, region),
  });
  const lines = laidOut('lines');
  return fit(lines, maxSize) ? lines : laidOut('pixels');
}

/** Taken from the channels: a region has all of them. */
const ALL_CHANNELS = {from: 0, count: 1} as const;

/** The regions of the results whose images textures of at most `maxSize` texels a side hold. */
export function gradientRegions(plan: PhasePlan, sums: GradientSums, maxSize: number): GradientRegion[] {
  const regionOf = (region: Region) => gradientRegion(plan, sums, region, maxSize);
  return partitionOf({...wholeRegion(plan, sums.dy), blocks: ALL_CHANNELS}, sums.dy, region =>
    fit(regionOf(region), maxSize) ? 'fits' : 'images',
  ).map(regionOf);
}
