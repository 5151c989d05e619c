import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {Device} from './device.js';
import type {Way} from './glsl/tensor.js';
import type {Draw} from './program.js';
import {fits, layoutRuns, textureShape} from './texture_layout.js';
import type {RunLayout, Target} from './texture_layout.js';

/*
 * Tensors of TensorFlow.js as textures. Unpacked ones hold one element per texel in row-major order; packed ones hold two
 * by two elements of the last two axes, padded to even sizes.
 */

/** The values of a tensor that is not on the GPU, by its dtype. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** What a program needs to read a tensor, under a name of its choice: see glsl/tensor.ts. */
export interface TensorRead extends Pick<Draw, 'textures' | 'ints'> {
  readonly way: Way;
}

/** Rows, columns of the last two axes of a shape. */
function rowsAndColumns(shape: readonly number[]): [number, number] {
  const [columns = 1, rows = 1] = [...shape].reverse();
  return [rows, columns];
}

/** Uploads a tensor that is on the CPU, packed if it may be. */
function dataOf({backend}: Device, {dataId, shape}: TensorInfo) {
  const data = backend.texData.get(dataId);
  if (data.texture == null && env().getBool('WEBGL_PACK') && data.slice == null) {
    data.isPacked = true;
    data.shape = shape;
  }
  backend.uploadToGPU(dataId);
  return data;
}

/** The values of a tensor that is not on the GPU. */
export function valuesOf({backend}: Device, {dataId}: TensorInfo): Values | undefined {
  const {texture, values} = backend.texData.get(dataId);
  const isNumeric = values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array;
  return texture == null && isNumeric ? values : undefined;
}

/** The texture of a tensor that is packed with these rows and columns. */
export function packedTexture(
  device: Device,
  tensor: TensorInfo,
  sizes: readonly [number, number],
): Target | undefined {
  const {texture, texShape, isPacked, shape} = dataOf(device, tensor);
  const [rows, columns] = rowsAndColumns(shape);
  if (texture == null || texShape == null || !isPacked || rows !== sizes[0] || columns !== sizes[1]) return undefined;
  return {texture: texture.texture, width: Math.ceil(texShape[1] / 2), height: Math.ceil(texShape[0] / 2)};
}

/**
 * A tensor for a program to read, uploaded if it is on the CPU. `step` divides the index of the first element of every
 * four neighbours that the program reads at once.
 */
export function readTensor(device: Device, name: string, tensor: TensorInfo, step: number): TensorRead {
  const data = dataOf(device, tensor);
  // Where programs are only compiled, TensorFlow.js uploads nothing.
  const isThere = data.texture != null || env().getBool('ENGINE_COMPILE_ONLY');
  if (!isThere || data.texShape == null) throw new Error(`tfjs-conv: ${name} has no texture`);
  const [rows, columns] = rowsAndColumns(data.shape);
  const offset = data.slice?.flatOffset ?? 0;
  const isAligned = step % 4 === 0 && (data.isPacked ? columns : data.texShape[1] | offset) % 4 === 0;
  const layout = data.isPacked ? 'packed' : 'unpacked';
  return {
    way: isAligned ? `${layout}Aligned` : layout,
    textures: data.texture == null ? {} : {[name]: data.texture.texture},
    ints: {[`${name}Sizes`]: [rows, columns, offset]},
  };
}

/** Textures of so many texels a side are what TensorFlow.js makes them. */
const SMALL = 32;

/**
 * Whether a packed tensor of so many matrices may have a texture of any shape. Where TensorFlow.js' programs are for any
 * sizes, it takes those of a single matrix whose texture is as large as the matrix for ones of other textures too.
 */
export const isFreeToShape = (matrices: number): boolean => matrices > 1 || !env().getBool('WEBGL_USE_SHAPES_UNIFORMS');

/** A result that a program is to write. */
export interface Output {
  readonly info: TensorInfo;
  readonly target: Target;
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
  const texels = layoutRuns(matrices, matrix);
  return side > SMALL && isFreeToShape(matrices) && fits(texels) ? textureShape(texels) : undefined;
}

/** A float32 tensor without values; the texels of a packed one as `texels` says. */
function makeOutput({backend}: Device, shape: number[], texels?: RunLayout): Output {
  const isPacked = env().getBool('WEBGL_PACK');
  const info = backend.makeTensorInfo(shape, 'float32');
  const data = backend.texData.get(info.dataId);
  data.isPacked = isPacked;
  if (isPacked) data.texShape = texels === undefined ? wideTexture(shape) : textureShape(texels);
  backend.uploadToGPU(info.dataId);
  if (data.texture == null || data.texShape == null) throw new Error('tfjs-conv: a result has no texture');
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
  texels?: RunLayout,
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
