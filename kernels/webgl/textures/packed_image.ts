import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {ImageLayout} from '../../../src/geometry/image_layout.js';
import {draw} from '../gl/program.js';
import type {Scratch} from '../gl/scratch.js';
import {maxTextureSize} from '../gl/texture_pool.js';
import type {LaidOutTexture, Texture} from '../gl/texture_pool.js';
import {packedImageSource} from '../glsl/image_texture.js';
import {linesLayout, pairs} from '../plan/packed_layout.js';
import {packedTexture, readTensor} from './tensors.js';

/** A texture as runs of pairs of channels, if no row of it breaks one. */
function inRuns(texture: Texture, {channels}: ImageLayout): LaidOutTexture | undefined {
  const length = pairs(channels);
  const perRow = texture.width / length;
  return Number.isInteger(perRow) ? {...texture, length, perRow, rows: texture.height} : undefined;
}

/**
 * The packed texels of an image, which programs that read and write these take as they are: the tensor's own texture, if
 * it is packed in such runs that `isUsable`, otherwise another, of whole lines.
 */
export function packedImage(
  scratch: Scratch,
  tensor: TensorInfo,
  image: ImageLayout,
  isUsable: (texture: LaidOutTexture) => boolean,
): LaidOutTexture {
  const {device} = scratch;
  const {
    spatial: [, , width],
    channels,
  } = image;
  const own = packedTexture(device, tensor, [width, channels]);
  const runs = own && inRuns(own, image);
  if (runs !== undefined && isUsable(runs)) return runs;
  const packed = scratch.texture(linesLayout(image, maxTextureSize()));
  const read = readTensor(device, 'tensor', tensor, 1);
  draw(
    device,
    {
      source: packedImageSource(read.access),
      textures: read.textures,
      ints: {...read.ints, targetWidth: packed.width, resultSizes: [width, channels]},
    },
    [packed],
  );
  return {...packed, length: pairs(channels), perRow: packed.width / pairs(channels)};
}
