import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {Device} from './device.js';
import type {FilterLoad} from './filter_texture.js';
import {layOut} from './image_texture.js';
import {texelsOf} from './texture_layout.js';
import type {Runs, Scratch} from './texture_layout.js';
import {valuesOf} from './tensors.js';

/**
 * Fills a texture. Values that are not on the GPU, as those of a loaded model, are laid out on their way there: a program
 * that uploads them, of which TensorFlow.js has one for every shape, costs more, and the tensor takes no memory there.
 */
function fill(device: Device, filter: TensorInfo, load: FilterLoad, runs: Runs): void {
  const values = valuesOf(device, filter);
  if (values === undefined) return layOut(device, filter, load, runs);
  const texels = texelsOf(runs);
  const out = new Float32Array(4 * texels);
  for (let texel = 0; texel < texels; texel++) load.write(values, texel, out);
  device.gpgpu.uploadDenseMatrixToTexture(runs.texture, runs.width, runs.height, out);
}

/** A filter laid out, at its first use; it is kept by the tensor's data and by how it is laid out. */
export function laidOutFilter(device: Device, scratch: Scratch, filter: TensorInfo, load: FilterLoad): Runs {
  // What is only compiled lays nothing out.
  if (env().getBool('ENGINE_COMPILE_ONLY')) {
    const runs = scratch.make(load.layout);
    layOut(device, filter, load, runs);
    return runs;
  }
  const form = JSON.stringify([load.order, load.layout, load.ints]);
  return (
    device.filters.find(filter.dataId, form) ??
    device.filters.add(filter.dataId, form, load.layout, runs => fill(device, filter, load, runs))
  );
}
