import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {Device} from '../gl/device.js';
import {draw} from '../gl/program.js';
import type {Draw} from '../gl/program.js';
import type {LaidOutTexture} from '../gl/texture_pool.js';
import type {TensorAccess} from '../glsl/tensor.js';
import type {TextureLayout} from '../plan/texture_layout.js';
import {readTensor} from './tensors.js';
import type {Values} from './tensors.js';

/** What a laid-out texture holds of a tensor: its texels depend on this and on the tensor's values. */
export interface TextureContents {
  readonly layout: TextureLayout;
  /** See readTensor(). */
  readonly step: number;
  readonly source: (access: TensorAccess) => string;
  readonly ints: Draw['ints'];
}

/** What it holds of a filter: also out of its values, which takes no program. */
export interface FilterContents extends TextureContents {
  /** Tells contents apart whose layouts and numbers are equal. */
  readonly order: 'image' | `${'filter' | 'pairs' | 'weights'}${'' | ', backward'}`;
  /** Writes what a texel holds, as the program does. */
  readonly write: (values: Values, texel: number, out: Float32Array) => void;
}

/** Fills a texture by a program. */
export function fillTexture(
  device: Device,
  tensor: TensorInfo,
  {step, source, ints}: TextureContents,
  texture: LaidOutTexture,
): void {
  const read = readTensor(device, 'tensor', tensor, step);
  draw(
    device,
    {source: source(read.access), textures: read.textures, ints: {...read.ints, ...ints, targetWidth: texture.width}},
    [texture],
  );
}
