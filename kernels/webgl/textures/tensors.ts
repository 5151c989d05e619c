import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import type {Device} from '../gl/device.js';
import type {Draw} from '../gl/program.js';
import type {Texture} from '../gl/texture_pool.js';
import type {TensorAccess} from '../glsl/tensor.js';

/*
 * Tensors of TensorFlow.js as textures that programs read. Unpacked ones hold one element per texel in row-major order;
 * packed ones hold two by two elements of the last two axes, padded to even sizes.
 */

/** The values of a tensor that is not on the GPU, by its dtype. */
export type Values = Float32Array | Int32Array | Uint8Array;

/** What a program needs to read a tensor, under a name of its choice: see glsl/tensor.ts. */
interface TensorRead extends Pick<Draw, 'textures' | 'ints'> {
  readonly access: TensorAccess;
}

/** Rows, columns of the last two axes of a shape. */
export function rowsAndColumns(shape: readonly number[]): [number, number] {
  const [columns = 1, rows = 1] = [...shape].reverse();
  return [rows, columns];
}

/** Uploads a tensor that is on the CPU, packed if it may be. */
function uploaded({backend}: Device, {dataId, shape}: TensorInfo) {
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

/** The texture of a tensor that is packed with these rows and columns, or as many: even rows are packed alike. */
export function packedTexture(
  device: Device,
  tensor: TensorInfo,
  sizes: readonly [number, number],
): Texture | undefined {
  const {texture, texShape, isPacked, shape} = uploaded(device, tensor);
  const [rows, columns] = rowsAndColumns(shape);
  const isAlike = columns === sizes[1] && (rows === sizes[0] || (rows % 2 === 0 && sizes[0] % 2 === 0));
  if (texture == null || texShape == null || !isPacked || !isAlike) return undefined;
  return {texture: texture.texture, width: Math.ceil(texShape[1] / 2), height: Math.ceil(texShape[0] / 2)};
}

/**
 * A tensor for a program to read, uploaded if it is on the CPU. `step` divides the index of the first element of every
 * four neighbours that the program reads at once.
 */
export function readTensor(device: Device, name: string, tensor: TensorInfo, step: number): TensorRead {
  const data = uploaded(device, tensor);
  // Where programs are only compiled, TensorFlow.js uploads nothing.
  const isThere = data.texture != null || env().getBool('ENGINE_COMPILE_ONLY');
  if (!isThere || data.texShape == null) throw kernelError(KERNEL_RULES.texture(name), {texture: null});
  const [rows, columns] = rowsAndColumns(data.shape);
  const offset = data.slice?.flatOffset ?? 0;
  const isAligned = step % 4 === 0 && (data.isPacked ? columns : data.texShape[1] | offset) % 4 === 0;
  const layout = data.isPacked ? 'packed' : 'unpacked';
  return {
    access: isAligned ? `${layout}Aligned` : layout,
    textures: data.texture == null ? {} : {[name]: data.texture.texture},
    ints: {[`${name}Sizes`]: [rows, columns, offset]},
  };
}
