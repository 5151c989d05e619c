import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {Device} from './device.js';
import type {Addressing} from './glsl/conv.js';
import {loadImageSource} from './glsl/image_texture.js';
import type {Way} from './glsl/tensor.js';
import {pixelsOf} from '../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import {draw} from './program.js';
import type {Draw} from './program.js';
import {layoutRuns, maxTextureSize} from './texture_layout.js';
import type {RunLayout, Runs, Scratch} from './texture_layout.js';
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
  const segments = Math.ceil((blocksPerGroup * texels) / maxTextureSize());
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
export function imageRuns(
  {batch, spatial: [depth, height, width]}: ImageLayout,
  blocks: Blocks,
  addressing: Addressing,
): RunLayout {
  const lines = batch * depth * height;
  return addressing === 'lines'
    ? layoutRuns(lines, width * perPixel(blocks), 1)
    : layoutRuns(lines * width * blocks.groups * blocks.segments, blocks.length, 1);
}

/** A part of an image: its own sizes, and where it begins. */
export interface Crop {
  readonly part: ImageLayout;
  readonly batchFrom: number;
  readonly from: readonly [number, number, number];
}

/** How a tensor is laid out: what its texture holds depends on these and on the tensor's values. */
export interface Load {
  readonly order:
    'image' | 'filter' | 'filter, backward' | 'pairs' | 'pairs, backward' | 'weights' | 'weights, backward';
  readonly layout: RunLayout;
  /** See readTensor(). */
  readonly step: number;
  readonly source: (way: Way) => string;
  readonly ints: Draw['ints'];
}

/** Lays a tensor out in a texture. */
export function layOut(device: Device, tensor: TensorInfo, {step, source, ints}: Load, runs: Runs): void {
  const read = readTensor(device, 'tensor', tensor, step);
  draw(
    device,
    {source: source(read.way), textures: read.textures, ints: {...read.ints, ...ints, targetWidth: runs.width}},
    [runs],
  );
}

/** Of an image, or a crop of it; each channel comes `multiplier` times. */
export function imageLoad(
  image: ImageLayout,
  blocks: Blocks,
  addressing: Addressing,
  multiplier = 1,
  crop: Crop = {part: image, batchFrom: 0, from: [0, 0, 0]},
): Load {
  const {part, batchFrom, from} = crop;
  const cropped = pixelsOf(part) < pixelsOf(image);
  const strides = stridesOf(image);
  const neighbours = multiplier === 1 && strides[2] === 1;
  const {groups, channelsPerGroup} = blocks;
  return {
    order: 'image',
    layout: imageRuns(part, blocks, addressing),
    step: neighbours ? channelsPerGroup : 1,
    source: way => loadImageSource(way, neighbours, cropped),
    ints: {
      groups,
      perGroup: perGroup(blocks),
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

/** Lays an image out in a texture of `scratch`. */
export function loadImage(
  device: Device,
  scratch: Scratch,
  tensor: TensorInfo,
  ...how: Parameters<typeof imageLoad>
): Runs {
  const load = imageLoad(...how);
  const runs = scratch.make(load.layout);
  layOut(device, tensor, load, runs);
  return runs;
}
