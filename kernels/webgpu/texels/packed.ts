import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {TexelSize} from '../device/device.js';
import {isCompileOnly} from '../device/dispatch.js';
import type {Scratch} from '../device/scratch.js';
import type {TexelPlace, Texels} from '../device/texel_pool.js';

/** How programs write texels. */
export const WRITERS = {
  texels: 'writeTexels',
  halfTexels: 'writeHalfTexels',
  texture: 'writeTexture',
} as const satisfies {readonly [P in TexelPlace]: string};

/** The texels of a filter, which `pack` packs at its first use; they are kept by the tensor's data and by what they hold. */
export function packedTexels(
  scratch: Scratch,
  filter: TensorInfo,
  form: string,
  {place, count}: TexelSize,
  pack: (texels: Texels) => void,
): GPUBindingResource {
  // Programs that are only compiled pack nothing.
  if (isCompileOnly()) {
    const texels = scratch.texels(place, count);
    pack(texels);
    return texels.binding;
  }
  const {filters} = scratch.device;
  return (filters.find(filter.dataId, form) ?? filters.add(filter.dataId, form, {place, count}, pack)).binding;
}
