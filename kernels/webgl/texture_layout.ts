import {env} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';

/** A texture that a program writes, with its size in texels. */
export interface Target {
  readonly texture: WebGLTexture;
  readonly width: number;
  readonly height: number;
}

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

export const texelsOf = ({length, perRow, rows}: RunLayout): number => length * perRow * rows;

/** Whether a texture can hold the layout. */
export const fits = ({length, rows}: RunLayout): boolean => length <= maxTextureSize() && rows <= maxTextureSize();

type TextureManager = ReturnType<MathBackendWebGL['getTextureManager']>;

// TextureUsage.RENDER of the backend.
const RENDER = 0;

/** Whose pool textures come from. */
interface Backend {
  readonly backend: MathBackendWebGL;
}

/** A texture of the backend's pool, which takes it back by its handle. */
export interface Acquired extends Runs {
  readonly handle: Parameters<TextureManager['releaseTexture']>[0];
}

/** The shape by which TensorFlow.js knows a texture of packed texels. */
export const textureShape = ({perRow, length, rows}: RunLayout): [number, number] => [2 * rows, 2 * perRow * length];

export function acquire({backend}: Backend, layout: RunLayout): Acquired {
  const handle = backend.getTextureManager().acquireTexture(textureShape(layout), RENDER, true);
  return {...layout, handle, texture: handle.texture, width: layout.perRow * layout.length, height: layout.rows};
}

export const release = ({backend}: Backend, acquired: Acquired): void =>
  backend.getTextureManager().releaseTexture(acquired.handle, textureShape(acquired), RENDER, true);

/** Textures that live as long as one call of a kernel. */
export interface Scratch {
  make(layout: RunLayout): Runs;
}

/** Gives `use` textures, which are released to the backend's pool when it returns or throws. */
export function withScratch<T>(device: Backend, use: (scratch: Scratch) => T): T {
  const made: Acquired[] = [];
  try {
    return use({
      make(layout) {
        const runs = acquire(device, layout);
        made.push(runs);
        return runs;
      },
    });
  } finally {
    made.forEach(runs => release(device, runs));
  }
}
