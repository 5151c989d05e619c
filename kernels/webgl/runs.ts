import {env} from '@tensorflow/tfjs-core';
import type {Device} from './device.js';
import type {Target} from './program.js';

/**
 * How texels are laid out in the kernels' own textures: in runs of `length` neighbours, of which a row of the texture
 * holds `perRow`, so that no run breaks and no texture exceeds the device's largest.
 */
export interface RunLayout {
  readonly runs: number;
  readonly length: number;
  readonly perRow: number;
}

export interface Runs extends RunLayout, Target {}

/** Largest width and height of a texture. */
export const maxTextureSize = (): number => env().getNumber('WEBGL_MAX_TEXTURE_SIZE');

/** The layout of so many runs, about as wide as high. */
export function layoutRuns(runs: number, length: number): RunLayout {
  const fit = Math.max(1, Math.floor(maxTextureSize() / length));
  return {runs, length, perRow: Math.min(fit, Math.ceil(Math.sqrt(runs / length)))};
}

export const rowsOf = ({runs, perRow}: RunLayout): number => Math.ceil(runs / perRow);

/** Whether a texture can hold the layout. */
export const fits = (layout: RunLayout): boolean =>
    layout.length <= maxTextureSize() && rowsOf(layout) <= maxTextureSize();

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
        const [width, height] = [layout.perRow * layout.length, rowsOf(layout)];
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
