import {env} from '@tensorflow/tfjs-core';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {Device} from './device.js';
import type {Way} from './glsl/tensor.js';
import type {Draw, Target} from './program.js';

/*
 * Tensors of TensorFlow.js as textures. Unpacked ones hold one element per texel in row-major order; packed ones hold two
 * by two elements of the last two axes, padded to even sizes.
 */

/** What a program needs to read a tensor, under a name of its choice: see glsl/tensor.ts. */
export interface TensorRead extends Pick<Draw, 'textures'|'ints'> {
  readonly way: Way;
}

/** Rows, columns of the last two axes of a shape. */
function rowsAndColumns(shape: readonly number[]): [number, number] {
  const [columns = 1, rows = 1] = [...shape].reverse();
  return [rows, columns];
}

/**
 * A tensor for a program to read, uploaded if it is on the CPU. `step` divides the index of the first element of every
 * four neighbours that the program reads at once.
 */
export function readTensor({backend}: Device, name: string, tensor: TensorInfo, step: number): TensorRead {
  const {dataId, shape} = tensor;
  const data = backend.texData.get(dataId);
  if (data.texture == null && env().getBool('WEBGL_PACK') && data.slice == null) {
    data.isPacked = true;
    data.shape = shape;
  }
  backend.uploadToGPU(dataId);
  if (data.texture == null || data.texShape == null) throw new Error(`tfjs-conv: ${name} has no texture`);
  const [rows, columns] = rowsAndColumns(data.shape);
  const offset = data.slice?.flatOffset ?? 0;
  const isAligned = step % 4 === 0 && (data.isPacked ? columns : data.texShape[1] | offset) % 4 === 0;
  const layout = data.isPacked ? 'packed' : 'unpacked';
  return {
    way: isAligned ? `${layout}Aligned` : layout,
    textures: {[name]: data.texture.texture},
    ints: {[`${name}Sizes`]: [rows, columns, offset]},
  };
}

/** A result that a program is to write. */
export interface Output {
  readonly info: TensorInfo;
  readonly target: Target;
  readonly isPacked: boolean;
  /** Of the last two axes. */
  readonly ints: Draw['ints'];
}

/** A float32 tensor without values. */
function makeOutput({backend}: Device, shape: number[]): Output {
  const isPacked = env().getBool('WEBGL_PACK');
  const info = backend.makeTensorInfo(shape, 'float32');
  const data = backend.texData.get(info.dataId);
  data.isPacked = isPacked;
  backend.uploadToGPU(info.dataId);
  if (data.texture == null || data.texShape == null) throw new Error('tfjs-conv: a result has no texture');
  const [height, width] = isPacked ? data.texShape.map(size => Math.ceil(size / 2)) : data.texShape;
  return {
    info, isPacked, target: {texture: data.texture.texture, width, height},
    ints: {resultSizes: rowsAndColumns(shape)},
  };
}

/** The tensor that `write` writes, which is disposed if it throws. */
export function withOutput(device: Device, shape: number[], write: (output: Output) => void): TensorInfo {
  const output = makeOutput(device, shape);
  try {
    write(output);
    return output.info;
  } catch (error) {
    device.backend.disposeIntermediateTensorInfo(output.info);
    throw error;
  }
}
