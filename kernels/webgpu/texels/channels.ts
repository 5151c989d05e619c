import {product} from '../../../src/geometry/conv.js';
import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import type {PhasePlan} from '../../gpu/phase_plan.js';
import {isElementwise} from '../../gpu/products.js';
import type {Products} from '../../gpu/products.js';

/** Channels in blocks of four, one texel each. */
export interface ChannelBlocks {
  readonly groups: number;
  readonly channelsPerGroup: number;
  readonly blocksPerGroup: number;
}

export const channelBlocks = (groups: number, channels: number): ChannelBlocks => ({
  groups,
  channelsPerGroup: channels / groups,
  blocksPerGroup: Math.ceil(channels / groups / 4),
});

/** The channels of both sides: those of a group, or, where each is multiplied by itself, all of them as one group. */
export interface ConvChannels {
  readonly products: Products;
  readonly source: ChannelBlocks;
  readonly result: ChannelBlocks;
  /** How many neighbouring result channels each channel of the source has. */
  readonly multiplier: number;
}

export function convChannels(plan: PhasePlan): ConvChannels {
  const {groups, source, result} = plan;
  if (isElementwise(plan)) {
    const blocks = channelBlocks(1, result.channels);
    return {products: 'depthwise', source: blocks, result: blocks, multiplier: result.channels / source.channels};
  }
  return {
    products: 'dense',
    source: channelBlocks(groups, source.channels),
    result: channelBlocks(groups, result.channels),
    multiplier: 1,
  };
}

/** Whether the texels of an image are aligned neighbours in its tensor. */
export const isAligned = ({channelsLast}: ImageLayout, {channelsPerGroup}: ChannelBlocks): boolean =>
  channelsLast && channelsPerGroup % 4 === 0;

/** How four channels of a result are stored. */
export const resultKind = (image: ImageLayout, blocks: ChannelBlocks): 'writeTexels' | 'writeValues' =>
  isAligned(image, blocks) ? 'writeTexels' : 'writeValues';

/** Where the elements of an image are: element (image, pixel, channel) at the sum of what each is times its step. */
export function elementSteps({spatial, channels, channelsLast}: ImageLayout) {
  const pixels = product(spatial);
  return {
    imageStep: pixels * channels,
    pixelStep: channelsLast ? channels : 1,
    channelStep: channelsLast ? 1 : pixels,
  };
}
