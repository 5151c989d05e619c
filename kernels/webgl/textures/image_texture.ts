import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import {pixelsOf} from '../../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import type {Scratch} from '../gl/scratch.js';
import type {LaidOutTexture} from '../gl/texture_pool.js';
import {imageTextureSource} from '../glsl/image_texture.js';
import type {ChannelsRead} from '../glsl/image_texture.js';
import {texelsPerGroup} from '../plan/channel_blocks.js';
import type {ChannelBlocks} from '../plan/channel_blocks.js';
import type {Crop} from '../plan/partition.js';
import type {TextureLayout} from '../plan/texture_layout.js';
import {fillTexture} from './contents.js';
import type {TextureContents} from './contents.js';

/** Elements from one batch element, pixel and channel to the next. */
function stridesOf({spatial, channels, channelsLast}: ImageLayout): [number, number, number] {
  const pixels = product(spatial);
  // The channels of one pixel are neighbours in both orders.
  const last = channelsLast || pixels === 1;
  return [pixels * channels, last ? channels : 1, last ? 1 : pixels];
}

/** How many channels of a texel there are to read. */
function channelsRead({groups, channelsPerGroup}: ChannelBlocks): ChannelsRead {
  if (groups > 1 || channelsPerGroup > 3) return 4;
  return channelsPerGroup === 1 ? 1 : channelsPerGroup === 2 ? 2 : 3;
}

/** A part of an image tensor in blocks of channels, each channel `multiplier` times. */
interface ImagePart {
  readonly image: ImageLayout;
  readonly crop: Crop;
  readonly blocks: ChannelBlocks;
  readonly multiplier: number;
  readonly layout: TextureLayout;
}

export function imageContents({image, crop, blocks, multiplier, layout}: ImagePart): TextureContents {
  const {part, batchFrom, from} = crop;
  const cropped = pixelsOf(part) < pixelsOf(image);
  const strides = stridesOf(image);
  const neighbours = multiplier === 1 && strides[2] === 1;
  const {groups, channelsPerGroup} = blocks;
  return {
    layout,
    step: neighbours ? channelsPerGroup : 1,
    source: access => imageTextureSource(access, neighbours, cropped, channelsRead(blocks)),
    ints: {
      groups,
      perGroup: texelsPerGroup(blocks),
      channelsPerGroup,
      strides,
      multiplier,
      imagePixels: product(image.spatial),
      zeroPixel: pixelsOf(part),
      batchFrom,
      partSize: part.spatial,
      partFrom: from,
      imageSize: image.spatial,
    },
  };
}

/** The texture of a part of an image. */
export function imageTexture(scratch: Scratch, tensor: TensorInfo, part: ImagePart): LaidOutTexture {
  const texture = scratch.texture(part.layout);
  fillTexture(scratch.device, tensor, imageContents(part), texture);
  return texture;
}
