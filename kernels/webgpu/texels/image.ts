import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import {pixelsOf} from '../../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import {copyToTexture} from '../device/copy.js';
import {dispatch} from '../device/dispatch.js';
import {areActivationsHalf} from '../device/flags.js';
import type {Scratch} from '../device/scratch.js';
import type {OperandPlace, TexelPlace, Texels} from '../device/texel_pool.js';
import {imageProgram} from '../wgsl/image.js';
import {elementSteps, isAligned} from './channels.js';
import type {ChannelBlocks} from './channels.js';
import {packedTexels, WRITERS} from './packed.js';
import {inputBinding} from './tensors.js';

/** Which image is laid out, and how. Each channel of the tensor is `multiplier` channels of the texels. */
export interface ImageTexels {
  readonly image: ImageLayout;
  readonly blocks: ChannelBlocks;
  readonly multiplier: number;
  /** How many texels of zeros follow, if it is not read from its tensor. */
  readonly zeros: number;
}

export const imageTexelCount = ({image, blocks: {groups, blocksPerGroup}}: Omit<ImageTexels, 'zeros'>): number =>
  pixelsOf(image) * groups * blocksPerGroup;

/** Where the source of programs is that read such a place. */
export const sourcePlace = <P extends OperandPlace>(place: P): P | 'halfTexels' =>
  place === 'texels' && areActivationsHalf() ? 'halfTexels' : place;

/** Whether programs read a tensor where it is. */
const isInPlace = (place: TexelPlace, {image, blocks, multiplier}: ImageTexels): boolean =>
  place === 'texels' && multiplier === 1 && isAligned(image, blocks);

/** Lays an image out as texels, which zeros follow. */
function layOut(scratch: Scratch, tensor: TensorInfo, {place, binding, texture}: Texels, contents: ImageTexels): void {
  const {device} = scratch;
  const {
    image,
    blocks: {groups, channelsPerGroup, blocksPerGroup},
    multiplier,
    zeros,
  } = contents;
  const aligned = multiplier === 1 && isAligned(image, contents.blocks);
  const values = inputBinding(scratch, tensor);
  const filled = imageTexelCount(contents);
  if (aligned && texture !== undefined && 'buffer' in values) {
    copyToTexture(device, texture, {tensor, values: values.buffer, filled, zeros});
    return;
  }
  dispatch(device, {
    program: imageProgram({aligned, to: WRITERS[place]}),
    resources: [values, binding],
    tensors: [tensor],
    uniforms: {
      filled,
      blocks: blocksPerGroup,
      groups,
      channelsPerGroup,
      multiplier,
      pixels: product(image.spatial),
      ...elementSteps(image),
    },
    count: filled + zeros,
  });
}

/** What programs read an image from: its tensor, if it has the texels as they are, or texels of `scratch`. */
export function imageTexels(
  scratch: Scratch,
  tensor: TensorInfo,
  place: TexelPlace,
  contents: ImageTexels,
): GPUBindingResource {
  if (isInPlace(place, contents)) return inputBinding(scratch, tensor);
  const texels = scratch.texels(place, imageTexelCount(contents) + contents.zeros);
  layOut(scratch, tensor, texels, contents);
  return texels.binding;
}

/** The same of a tensor that is kept, as filters are. */
export function keptImageTexels(
  scratch: Scratch,
  tensor: TensorInfo,
  place: TexelPlace,
  contents: ImageTexels,
): GPUBindingResource {
  if (isInPlace(place, contents)) return inputBinding(scratch, tensor);
  const form = JSON.stringify([place, contents.blocks, elementSteps(contents.image)]);
  return packedTexels(scratch, tensor, form, {place, count: imageTexelCount(contents)}, texels =>
    layOut(scratch, tensor, texels, contents),
  );
}
