import type {TextureLayout} from '../plan/texture_layout.js';
import type {Device} from './device.js';
import {acquireTexture, releaseTexture} from './texture_pool.js';
import type {LaidOutTexture, PooledTexture} from './texture_pool.js';

/** A device, and textures of its pool that live as long as one call of a kernel. */
export interface Scratch {
  readonly device: Device;
  texture(layout: TextureLayout): LaidOutTexture;
}

/** Gives `use` textures, which are released to the backend's pool when it returns or throws. */
export function withScratch<T>(device: Device, use: (scratch: Scratch) => T): T {
  const pooled: PooledTexture[] = [];
  try {
    return use({
      device,
      texture(layout) {
        const texture = acquireTexture(device, layout);
        pooled.push(texture);
        return texture;
      },
    });
  } finally {
    pooled.forEach(texture => releaseTexture(device, texture));
  }
}
