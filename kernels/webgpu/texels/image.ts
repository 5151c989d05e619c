import type {TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import {pixelsOf} from '../../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import {dispatch} from '../device/dispatch.js';
import type {Scratch} from '../device/scratch.js';
import type {OperandPlace} from '../device/texel_pool.js';
import {imageProgram} from '../wgsl/image.js';
import {elementSteps, isAligned} from './channels.js';
import type {ChannelBlocks} from './channels.js';
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

/** What programs read an image from: its tensor, if it has the texels as they are, or texels of `scratch`. */
export function imageTexels(
  scratch: Scratch,
  tensor: TensorInfo,
  place: OperandPlace,
  contents: ImageTexels,
): GPUBindingResource {
  const {device} = scratch;
  const {
    image,
    blocks: {groups, channelsPerGroup, blocksPerGroup},
    multiplier,
  } = contents;
  const aligned = multiplier === 1 && isAligned(image, contents.blocks);
  const values = inputBinding(scratch, tensor);
  if (aligned && place === 'texels') return values;
  const filled = imageTexelCount(contents);
  const count = filled + contents.zeros;
  const {binding} = scratch.texels(place, count);
  dispatch(device, {
    program: imageProgram({aligned, to: place === 'texture' ? 'writeTexture' : 'writeTexels'}),
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
    count,
  });
  return binding;
}
