import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {env} from '@tensorflow/tfjs-core';
import type {TextureLayout} from '../plan/texture_layout.js';

/** A texture that a program reads or writes, with its size in texels. */
export interface Texture {
  readonly texture: WebGLTexture;
  readonly width: number;
  readonly height: number;
}

/** A texture whose texels are laid out in runs. */
export interface LaidOutTexture extends TextureLayout, Texture {}

/** Largest width and height of a texture. Asked at every call, as the flag may change. */
export const maxTextureSize = (): number => env().getNumber('WEBGL_MAX_TEXTURE_SIZE');

type TextureManager = ReturnType<MathBackendWebGL['getTextureManager']>;

// TextureUsage.RENDER of the backend.
const RENDER = 0;

/** Whose pool textures come from. */
interface Pool {
  readonly backend: MathBackendWebGL;
}

/** A texture of the backend's pool, which takes it back by its handle. */
export interface PooledTexture extends LaidOutTexture {
  readonly handle: Parameters<TextureManager['releaseTexture']>[0];
}

/** The shape by which TensorFlow.js knows a texture of packed texels. */
export const textureShape = ({perRow, length, rows}: TextureLayout): [number, number] => [
  2 * rows,
  2 * perRow * length,
];

export function acquireTexture({backend}: Pool, layout: TextureLayout): PooledTexture {
  const handle = backend.getTextureManager().acquireTexture(textureShape(layout), RENDER, true);
  return {...layout, handle, texture: handle.texture, width: layout.perRow * layout.length, height: layout.rows};
}

export const releaseTexture = ({backend}: Pool, pooled: PooledTexture): void =>
  backend.getTextureManager().releaseTexture(pooled.handle, textureShape(pooled), RENDER, true);
