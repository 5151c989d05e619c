import {product, spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {pixelsOf} from '../../../src/geometry/image_layout.js';
import {filterTextureSource} from '../glsl/filter_texture.js';
import {texelsPerGroup} from '../plan/channel_blocks.js';
import type {ChannelBlocks} from '../plan/channel_blocks.js';
import type {TextureLayout} from '../plan/texture_layout.js';
import {depthwiseFilterImage} from '../plan/operand_layouts.js';
import {wholeImage} from '../plan/partition.js';
import type {TiledRegion} from '../plan/tiling.js';
import type {FilterContents} from './contents.js';
import {imageContents} from './image_texture.js';
import type {Values} from './tensors.js';

/*
 * Filters as the program of the variant `tiles` reads them.
 */

/** Up to `most` of `count` values from one on. */
interface ValueRange {
  readonly from: number;
  readonly count: number;
  readonly most: number;
}

/** Copies values to a place in the texels. */
export function copyValues(values: Values, {from, count, most}: ValueRange, out: Float32Array, at: number): void {
  const end = Math.min(count, most);
  for (let i = 0; i < end; i++) out[at + i] = values[from + i];
}

/** A depthwise filter in blocks of channels, whose taps are an image's pixels. */
export function depthwiseContents(g: ConvGeometry, blocks: ChannelBlocks, layout: TextureLayout): FilterContents {
  const image = depthwiseFilterImage(g);
  const [perTexel, pixels] = [texelsPerGroup(blocks), pixelsOf(image)];
  return {
    ...imageContents({image, crop: wholeImage(image), blocks, multiplier: 1, layout}),
    order: 'image',
    write(values, texel, out) {
      const pixel = Math.floor(texel / perTexel);
      const channel = 4 * (texel - pixel * perTexel);
      const count = pixel < pixels ? image.channels - channel : 0;
      copyValues(values, {from: pixel * image.channels + channel, count, most: 4}, out, 4 * texel);
    },
  };
}

/** A filter that sums over channels: the blocks of the region's results, each with all taps and source channels. */
function denseContents({plan, region, channels, layouts}: TiledRegion): FilterContents {
  const {geometry: g, backward} = plan;
  const {blocks: range} = region;
  const {blocksPerGroup} = channels.result;
  const [inPerGroup, outPerGroup] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const [taps, perTap] = [product(spatialSizes(g, 'kernel')), 4 * texelsPerGroup(channels.source)];
  return {
    order: backward ? 'filter, backward' : 'filter',
    layout: layouts.filter,
    step: outPerGroup,
    source: access => filterTextureSource(access, backward),
    ints: {
      taps,
      perTap,
      blocks: range.count,
      firstBlock: range.from,
      blocksPerGroup,
      inPerGroup,
      outPerGroup,
      outChannels: g.outChannels,
    },
    write(values, texel, out) {
      const row = Math.floor(texel / perTap),
        position = texel - row * perTap;
      const inRange = Math.floor(row / taps),
        tap = row - inRange * taps;
      if (inRange >= range.count) return;
      const block = inRange + range.from;
      const group = Math.floor(block / blocksPerGroup),
        local = block - group * blocksPerGroup;
      const inChannel = backward ? 4 * local + (position & 3) : position;
      const outChannel = backward ? position & ~3 : 4 * local;
      const count = inChannel < inPerGroup ? outPerGroup - outChannel : 0;
      const from = (tap * inPerGroup + inChannel) * g.outChannels + group * outPerGroup + outChannel;
      copyValues(values, {from, count, most: 4}, out, 4 * texel);
    },
  };
}

/** The filter of a region. */
export const filterContents = (tiled: TiledRegion): FilterContents =>
  tiled.channels.products === 'dense'
    ? denseContents(tiled)
    : depthwiseContents(tiled.plan.geometry, tiled.channels.filter, tiled.layouts.filter);
