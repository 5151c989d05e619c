import {spatialSizes} from '../../../src/geometry/conv.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import {texelsPerGroup, texelsPerPixel} from './channel_blocks.js';
import type {ChannelBlocks} from './channel_blocks.js';
import {textureLayout} from './texture_layout.js';
import type {TextureLayout} from './texture_layout.js';

/**
 * What one run of a texture holds: a line of the image along its width, and the taps along the width, so that these
 * are steps of one size; or, where that is too long, one pixel, and one tap, or a segment of its channels.
 */
export type Addressing = 'lines' | 'pixels';

/** The layout of an image in the order [pixel, group, block of channels], and a row of zeros after it. */
export function imageTextureLayout(
  {batch, spatial: [depth, height, width]}: ImageLayout,
  blocks: ChannelBlocks,
  addressing: Addressing,
  maxSize: number,
): TextureLayout {
  const lines = batch * depth * height;
  return addressing === 'lines'
    ? textureLayout(lines, width * texelsPerPixel(blocks), maxSize, 1)
    : textureLayout(lines * width * blocks.groups * blocks.segments, blocks.length, maxSize, 1);
}

/** The layout of a filter for so many blocks of result channels, with the source channels in the blocks `source`. */
export function filterTextureLayout(
  g: ConvGeometry,
  blocks: number,
  source: ChannelBlocks,
  addressing: Addressing,
  maxSize: number,
): TextureLayout {
  const [depth, height, width] = spatialSizes(g, 'kernel');
  const lines = blocks * depth * height;
  return addressing === 'lines'
    ? textureLayout(lines, width * 4 * texelsPerGroup(source), maxSize)
    : textureLayout(lines * width * source.segments, 4 * source.length, maxSize);
}

/** The taps of a depthwise filter [taps, channels], which is an image too. */
export const depthwiseFilterImage = (g: ConvGeometry): ImageLayout => ({
  batch: 1,
  spatial: spatialSizes(g, 'kernel'),
  channels: g.outChannels,
  channelsLast: true,
});
