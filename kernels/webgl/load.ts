import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Device} from './device.js';
import {loadFilterSource, loadImageSource} from './glsl/load.js';
import {pixelsOf} from './image.js';
import type {ImageLayout} from './image.js';
import {draw} from './program.js';
import {layoutRuns, maxTextureSize} from './runs.js';
import type {Runs, Scratch} from './runs.js';
import {readTensor} from './tensors.js';

/** Channels in blocks of four: those of a pixel and group are `segments` runs of `length` texels. */
export interface Blocks {
  readonly groups: number;
  readonly channelsPerGroup: number;
  readonly blocksPerGroup: number;
  readonly segments: number;
  readonly length: number;
}

/** `texels` is how many texels of some texture a block takes in one run. */
export function blocksOf(groups: number, channels: number, texels: number): Blocks {
  const channelsPerGroup = channels / groups;
  const blocksPerGroup = Math.ceil(channelsPerGroup / 4);
  const segments = Math.ceil(blocksPerGroup * texels / maxTextureSize());
  return {groups, channelsPerGroup, blocksPerGroup, segments, length: Math.ceil(blocksPerGroup / segments)};
}

export const layoutUniforms = (name: string, {length, perRow}: Runs) => ({[`${name}Layout`]: [length, perRow]});

/** Elements from one batch element, pixel and channel to the next. */
function stridesOf({spatial, channels, channelsLast}: ImageLayout): [number, number, number] {
  const pixels = product(spatial);
  return [pixels * channels, channelsLast ? channels : 1, channelsLast ? 1 : pixels];
}

/** The layout of an image's pixels and one more that is 0. */
export const imageRuns = (image: ImageLayout, {groups, segments, length}: Blocks) =>
    layoutRuns((pixelsOf(image) + 1) * groups * segments, length);

/** Lays an image out; each channel of it comes `multiplier` times. */
export function loadImage(
    device: Device, scratch: Scratch, tensor: TensorInfo, image: ImageLayout, blocks: Blocks, multiplier = 1): Runs {
  const runs = scratch.make(imageRuns(image, blocks));
  const strides = stridesOf(image);
  const neighbours = multiplier === 1 && strides[2] === 1;
  const read = readTensor(device, 'tensor', tensor, neighbours ? blocks.channelsPerGroup : 1);
  const {groups, segments, channelsPerGroup} = blocks;
  draw(device, {
    source: loadImageSource(read.way, neighbours),
    textures: read.textures,
    ints: {
      ...read.ints, ...layoutUniforms('target', runs), groups, segments, channelsPerGroup, strides, multiplier,
      imagePixels: product(image.spatial), zeroPixel: pixelsOf(image),
    },
  }, [runs]);
  return runs;
}

/** Lays the filter out for results in `blocks` of four channels whose sources are `sourceBlocks`. */
export function loadFilter(
    device: Device, scratch: Scratch, filter: TensorInfo, g: ConvGeometry, backward: boolean, blocks: Blocks,
    {segments, length}: Blocks): Runs {
  const taps = product(g.axes.map(({kernel}) => kernel));
  const count = blocks.groups * blocks.blocksPerGroup;
  const runs = scratch.make(layoutRuns(count * taps * segments, 4 * length));
  const outPerGroup = g.outChannels / g.groups;
  const read = readTensor(device, 'tensor', filter, outPerGroup);
  draw(device, {
    source: loadFilterSource(read.way, backward),
    textures: read.textures,
    ints: {
      ...read.ints, ...layoutUniforms('target', runs), taps, segments, blocks: count,
      blocksPerGroup: blocks.blocksPerGroup, inPerGroup: g.inChannels / g.groups, outPerGroup, outChannels: g.outChannels,
    },
  }, [runs]);
  return runs;
}
