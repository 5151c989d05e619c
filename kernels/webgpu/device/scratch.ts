import type {Device} from './device.js';
import type {TexelPlace, Texels} from './texel_pool.js';

/** A device, and texels of its pool that live as long as one call of a kernel. */
export interface Scratch {
  readonly device: Device;
  texels(place: TexelPlace, count: number): Texels;
}

/** Gives `use` texels, which are released to the pool when it returns or throws. */
export function withScratch<T>(device: Device, use: (scratch: Scratch) => T): T {
  const taken: Texels[] = [];
  try {
    return use({
      device,
      texels(place, count) {
        const texels = device.pool.acquire(place, count);
        taken.push(texels);
        return texels;
      },
    });
  } finally {
    taken.forEach(texels => device.pool.release(texels));
  }
}
