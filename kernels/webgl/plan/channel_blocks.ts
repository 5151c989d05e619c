import type {PhasePlan} from '../../gpu/phase_plan.js';
import {isElementwise} from '../../gpu/products.js';
import type {Products} from '../../gpu/products.js';

/** What a program of `tiles` sums: also the weights of a single channel of the source, which all results read. */
export type TileProducts = Products | 'single';

/** Channels in blocks of four, one texel each: those of a pixel and group are `segments` runs of `length` texels. */
export interface ChannelBlocks {
  readonly groups: number;
  readonly channelsPerGroup: number;
  readonly blocksPerGroup: number;
  readonly segments: number;
  readonly length: number;
}

/** `texels` is how many texels of some texture a block takes in one run; a run has at most `maxSize`. */
export function channelBlocks(groups: number, channels: number, texels: number, maxSize: number): ChannelBlocks {
  const channelsPerGroup = channels / groups;
  const blocksPerGroup = Math.ceil(channelsPerGroup / 4);
  const segments = Math.ceil((blocksPerGroup * texels) / maxSize);
  return {groups, channelsPerGroup, blocksPerGroup, segments, length: Math.ceil(blocksPerGroup / segments)};
}

/** Texels of a group's channels, with those that its last segment lacks. */
export const texelsPerGroup = ({segments, length}: ChannelBlocks): number => segments * length;

/** Texels of a pixel. */
export const texelsPerPixel = (blocks: ChannelBlocks): number => blocks.groups * texelsPerGroup(blocks);

/** The channels of both sides: those of a group, or, where each is multiplied by itself, all of them as one group. */
export interface ConvChannels {
  readonly products: TileProducts;
  readonly source: ChannelBlocks;
  readonly result: ChannelBlocks;
  /** Those in which a tap of the filter is laid out. */
  readonly filter: ChannelBlocks;
  /** How many neighbouring result channels each channel of the source has. */
  readonly multiplier: number;
}

export function convChannels(plan: PhasePlan, maxSize: number): ConvChannels {
  const {groups, source, result} = plan;
  if (isElementwise(plan)) {
    const blocks = channelBlocks(1, result.channels, 1, maxSize);
    const channels = {result: blocks, filter: blocks};
    if (source.channels === 1) {
      return {...channels, products: 'single', source: channelBlocks(1, 1, 1, maxSize), multiplier: 1};
    }
    return {...channels, products: 'depthwise', source: blocks, multiplier: result.channels / source.channels};
  }
  const blocks = channelBlocks(groups, source.channels, 4, maxSize);
  // A block of the source is multiplied by four texels of the filter.
  return {
    products: 'dense',
    multiplier: 1,
    source: blocks,
    filter: blocks,
    result: channelBlocks(groups, result.channels, 1, maxSize),
  };
}
