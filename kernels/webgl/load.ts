import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Device} from './device.js';
import type {Addressing} from './glsl/conv.js';
import {loadFilterSource, loadImageSource} from './glsl/load.js';
import {pixelsOf} from './image.js';
import type {ImageLayout} from './image.js';
import {draw} from './program.js';
import {layoutRuns, maxTextureSize} from './runs.js';
import type {RunLayout, Runs, Scratch} from './runs.js';
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

/** Texels of a group's channels, with what its last segment lacks. */
export const perGroup = ({segments, length}: Blocks): number => segments * length;
const perPixel = (blocks: Blocks): number => blocks.groups * perGroup(blocks);

export const layoutUniforms = (name: string, {length, perRow}: Runs) => ({[`${name}Layout`]: [length, perRow]});

/** Elements from one batch element, pixel and channel to the next. */
function stridesOf({spatial, channels, channelsLast}: ImageLayout): [number, number, number] {
  const pixels = product(spatial);
  // The channels of one pixel are neighbours in both orders.
  const last = channelsLast || pixels === 1;
  return [pixels * channels, last ? channels : 1, last ? 1 : pixels];
}

/** The layout of an image and a row of zeros behind it. */
export function imageRuns({batch, spatial: [depth, height, width]}: ImageLayout, blocks: Blocks, addressing: Addressing): RunLayout {
  const lines = batch * depth * height;
  return addressing === 'lines' ? layoutRuns(lines, width * perPixel(blocks), 1) :
                                  layoutRuns(lines * width * blocks.groups * blocks.segments, blocks.length, 1);
}

/** The layout of a filter for results in blocks, whose sources are in `source`. */
export function filterRuns(g: ConvGeometry, {groups, blocksPerGroup}: Blocks, source: Blocks, addressing: Addressing): RunLayout {
  const [depth, height, width] = spatialSizes(g, 'kernel');
  const lines = groups * blocksPerGroup * depth * height;
  return addressing === 'lines' ? layoutRuns(lines, width * 4 * perGroup(source)) :
                                  layoutRuns(lines * width * source.segments, 4 * source.length);
}

/** Lays an image out; each channel of it comes `multiplier` times. */
export function loadImage(
    device: Device, scratch: Scratch, tensor: TensorInfo, image: ImageLayout, blocks: Blocks, addressing: Addressing,
    multiplier = 1): Runs {
  const runs = scratch.make(imageRuns(image, blocks, addressing));
  const strides = stridesOf(image);
  const neighbours = multiplier === 1 && strides[2] === 1;
  const read = readTensor(device, 'tensor', tensor, neighbours ? blocks.channelsPerGroup : 1);
  const {groups, channelsPerGroup} = blocks;
  draw(device, {
    source: loadImageSource(read.way, neighbours),
    textures: read.textures,
    ints: {
      ...read.ints, targetWidth: runs.width, groups, perGroup: perGroup(blocks), channelsPerGroup, strides, multiplier,
      imagePixels: product(image.spatial), zeroPixel: pixelsOf(image),
    },
  }, [runs]);
  return runs;
}

/** Lays the filter out for results in `blocks` of four channels whose sources are in `source`. */
export function loadFilter(
    device: Device, scratch: Scratch, filter: TensorInfo, g: ConvGeometry, backward: boolean, blocks: Blocks,
    source: Blocks, addressing: Addressing): Runs {
  const runs = scratch.make(filterRuns(g, blocks, source, addressing));
  const outPerGroup = g.outChannels / g.groups;
  const read = readTensor(device, 'tensor', filter, outPerGroup);
  draw(device, {
    source: loadFilterSource(read.way, backward),
    textures: read.textures,
    ints: {
      ...read.ints, targetWidth: runs.width, taps: product(spatialSizes(g, 'kernel')), perTap: 4 * perGroup(source),
      blocks: blocks.groups * blocks.blocksPerGroup, blocksPerGroup: blocks.blocksPerGroup,
      inPerGroup: g.inChannels / g.groups, outPerGroup, outChannels: g.outChannels,
    },
  }, [runs]);
  return runs;
}
