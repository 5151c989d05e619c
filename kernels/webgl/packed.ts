import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import type {Device} from './device.js';
import {repackSource} from './glsl/image_texture.js';
import {draw} from './program.js';
import type {Target} from './texture_layout.js';
import {layoutRuns} from './texture_layout.js';
import type {RunLayout, Runs, Scratch} from './texture_layout.js';
import {packedTexture, readTensor} from './tensors.js';

/*
 * Images, channels last, in the packed texels of TensorFlow.js: two columns by two channels each, in runs of those of one
 * pair of columns. Programs that read and write these need no steps before and after.
 */

export const pairs = (size: number): number => Math.ceil(size / 2);

/** Pairs of columns of a line. */
export const columnPairs = ({spatial: [, , width]}: ImageLayout): number => pairs(width);

export const lineCount = ({batch, spatial: [depth, height]}: ImageLayout): number => batch * depth * height;

/** An image in rows of whole lines. */
export const linesLayout = (image: ImageLayout): RunLayout =>
  layoutRuns(lineCount(image), columnPairs(image) * pairs(image.channels));

/** A texture as runs of pairs of channels, if no row of it breaks one. */
function runsOf(target: Target, {channels}: ImageLayout): Runs | undefined {
  const length = pairs(channels);
  const perRow = target.width / length;
  return Number.isInteger(perRow) ? {...target, length, perRow, rows: target.height} : undefined;
}

/** An image: the tensor's own texture, if it is packed in such runs that `isUsable`, otherwise another, of whole lines. */
export function packedImage(
  device: Device,
  scratch: Scratch,
  tensor: TensorInfo,
  image: ImageLayout,
  isUsable: (runs: Runs) => boolean,
): Runs {
  const {
    spatial: [, , width],
    channels,
  } = image;
  const own = packedTexture(device, tensor, [width, channels]);
  const runs = own && runsOf(own, image);
  if (runs !== undefined && isUsable(runs)) return runs;
  const packed = scratch.make(linesLayout(image));
  const read = readTensor(device, 'tensor', tensor, 1);
  draw(
    device,
    {
      source: repackSource(read.way),
      textures: read.textures,
      ints: {...read.ints, targetWidth: packed.width, resultSizes: [width, channels]},
    },
    [packed],
  );
  return {...packed, length: pairs(channels), perRow: packed.width / pairs(channels)};
}
