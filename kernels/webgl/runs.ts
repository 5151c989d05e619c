import {env} from '@tensorflow/tfjs-core';
import type {Device} from './device.js';
import type {Target} from './program.js';

/**
 * How texels are laid out in the kernels' own textures: in runs of `length` neighbours, of which a row of the texture
 * holds `perRow`, so that no run breaks and no texture exceeds the device's largest.
 */
export interface RunLayout {
  readonly length: number;
  readonly perRow: number;
  readonly rows: number;
}

export interface Runs extends RunLayout, Target {}

/** Largest width and height of a texture. */
export const maxTextureSize = (): number => env().getNumber('WEBGL_MAX_TEXTURE_SIZE');

/** The layout of so many runs, about as wide as high. Behind them there is a row for each of `more`. */
export function layoutRuns(runs: number, length: number, more = 0): RunLayout {
  const fit = Math.max(1, Math.floor(maxTextureSize() / length));
  const perRow = Math.min(fit, Math.ceil(Math.sqrt(runs / length)));
  return {length, perRow, rows: Math.ceil(runs / perRow) + more};
}

/** Whether a texture can hold the layout. */
export const fits = ({length, rows}: RunLayout): boolean => length <= maxTextureSize() && rows <= maxTextureSize();

// TextureUsage.RENDER of the backend.
const RENDER = 0;

/** Textures that live as long as one call of a kernel. */
export interface Scratch {
  make(layout: RunLayout): Runs;
}

/** Gives `use` textures, which are released to the backend's pool when it returns or throws. */
export function withScratch<T>({backend}: Device, use: (scratch: Scratch) => T): T {
  const manager = backend.getTextureManager();
  const releases: Array<() => void> = [];
  try {
    return use({
      make(layout) {
        const [width, height] = [layout.perRow * layout.length, layout.rows];
        const shape: [number, number] = [2 * height, 2 * width];
        const texture = manager.acquireTexture(shape, RENDER, true);
        releases.push(() => manager.releaseTexture(texture, shape, RENDER, true));
        return {...layout, texture: texture.texture, width, height};
      },
    });
  } finally {
    releases.forEach(release => release());
  }
}
