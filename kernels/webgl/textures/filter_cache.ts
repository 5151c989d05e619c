import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {Device} from '../gl/device.js';
import type {Scratch} from '../gl/scratch.js';
import type {LaidOutTexture} from '../gl/texture_pool.js';
import {texelsOf} from '../plan/texture_layout.js';
import {fillTexture} from './contents.js';
import type {FilterContents} from './contents.js';
import {valuesOf} from './tensors.js';

/**
 * Fills a texture. Values that are not on the GPU, as those of a loaded model, are laid out before they are uploaded: a
 * program that uploads them, of which TensorFlow.js has one for every shape, costs more, and the tensor takes no memory
 * there.
 */
function fillFilter(device: Device, filter: TensorInfo, contents: FilterContents, texture: LaidOutTexture): void {
  const values = valuesOf(device, filter);
  if (values === undefined) return fillTexture(device, filter, contents, texture);
  const texels = texelsOf(texture);
  const out = new Float32Array(4 * texels);
  for (let texel = 0; texel < texels; texel++) contents.write(values, texel, out);
  device.gpgpu.uploadDenseMatrixToTexture(texture.texture, texture.width, texture.height, out);
}

/** The texture of a filter, filled at its first use; it is kept by the tensor's data and by its contents. */
export function cachedFilter(scratch: Scratch, filter: TensorInfo, contents: FilterContents): LaidOutTexture {
  const {device} = scratch;
  // Programs that are only compiled fill nothing, and values that are laid out here need none.
  if (env().getBool('ENGINE_COMPILE_ONLY')) {
    const texture = scratch.texture(contents.layout);
    if (valuesOf(device, filter) === undefined) fillTexture(device, filter, contents, texture);
    return texture;
  }
  const form = JSON.stringify([contents.order, contents.layout, contents.ints]);
  return (
    device.filters.find(filter.dataId, form) ??
    device.filters.add(filter.dataId, form, contents.layout, texture => fillFilter(device, filter, contents, texture))
  );
}
