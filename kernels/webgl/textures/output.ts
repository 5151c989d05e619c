import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import type {Device} from '../gl/device.js';
import type {Draw} from '../gl/program.js';
import {maxTextureSize, textureShape} from '../gl/texture_pool.js';
import type {Texture} from '../gl/texture_pool.js';
import {fits, textureLayout} from '../plan/texture_layout.js';
import type {TextureLayout} from '../plan/texture_layout.js';
import {rowsAndColumns} from './tensors.js';

/*
 * Results: tensors of TensorFlow.js as textures that programs write.
 */

/**
 * Textures of at most so many texels a side have the shape that TensorFlow.js gives them: caches hold all of them. Set on
 * the emulated GPU of Chromium; `npm run bench:browser -- --backend webgl` shows its effect.
 */
const SMALL = 32;

/**
 * Whether a packed tensor of so many matrices may have a texture of any shape. Where TensorFlow.js' programs are for any
 * sizes, it takes those of a single matrix whose texture is as large as the matrix for ones of other textures too.
 */
export const isFreeToShape = (matrices: number): boolean => matrices > 1 || !env().getBool('WEBGL_USE_SHAPES_UNIFORMS');

/** A result that a program is to write. */
export interface Output {
  readonly info: TensorInfo;
  readonly target: Texture;
  readonly isPacked: boolean;
  /** Of the last two axes. */
  readonly ints: Draw['ints'];
}

/**
 * The texture of a packed result, as tall as wide as far as whole rows of matrices go: TensorFlow.js reads any width, and
 * its own choice, a row of texels for every two rows of elements, is read and written in an order that caches cannot use.
 */
function wideTexture(shape: readonly number[]): [number, number] | undefined {
  const [rows, columns] = rowsAndColumns(shape);
  const matrix = Math.ceil(rows / 2) * Math.ceil(columns / 2);
  const matrices = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const side = Math.ceil(Math.sqrt(matrices * matrix));
  const maxSize = maxTextureSize();
  const texels = textureLayout(matrices, matrix, maxSize);
  return side > SMALL && isFreeToShape(matrices) && fits(texels, maxSize) ? textureShape(texels) : undefined;
}

/** A float32 tensor without values; the texels of a packed one as `texels` says. */
function makeOutput({backend}: Device, shape: number[], texels?: TextureLayout): Output {
  const isPacked = env().getBool('WEBGL_PACK');
  const info = backend.makeTensorInfo(shape, 'float32');
  const data = backend.texData.get(info.dataId);
  data.isPacked = isPacked;
  if (isPacked) data.texShape = texels === undefined ? wideTexture(shape) : textureShape(texels);
  backend.uploadToGPU(info.dataId);
  if (data.texture == null || data.texShape == null)
    throw kernelError(KERNEL_RULES.texture('the result'), {texture: null});
  const [height, width] = isPacked ? data.texShape.map(size => Math.ceil(size / 2)) : data.texShape;
  return {
    info,
    isPacked,
    target: {texture: data.texture.texture, width, height},
    ints: {resultSizes: rowsAndColumns(shape)},
  };
}

/** The tensor that `write` writes, which is disposed if it throws; see makeOutput(). */
export function withOutput(
  device: Device,
  shape: number[],
  write: (output: Output) => void,
  texels?: TextureLayout,
): TensorInfo {
  const output = makeOutput(device, shape, texels);
  try {
    write(output);
    return output.info;
  } catch (error) {
    device.backend.disposeIntermediateTensorInfo(output.info);
    throw error;
  }
}
