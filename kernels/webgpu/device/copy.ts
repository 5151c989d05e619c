import type {TensorInfo} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import {COLUMNS} from '../wgsl/program.js';
import type {Device} from './device.js';
import {isCompileOnly} from './dispatch.js';
import {internalsOf} from './internals.js';
import {TEXEL_BYTES} from './texel_pool.js';

const BYTES = TEXEL_BYTES.texture;

/** Copies the texels of a buffer to `count` texels of a texture from one on: whole rows at once, and parts of rows. */
function copyTexels(
  encoder: GPUCommandEncoder,
  buffer: GPUBuffer,
  texture: GPUTexture,
  first: number,
  count: number,
): void {
  for (let done = 0; done < count;) {
    const column = (first + done) % COLUMNS;
    const rows = column === 0 ? Math.floor((count - done) / COLUMNS) : 0;
    const [width, height] = rows > 0 ? [COLUMNS, rows] : [Math.min(COLUMNS - column, count - done), 1];
    encoder.copyBufferToTexture(
      {buffer, offset: done * BYTES, bytesPerRow: COLUMNS * BYTES},
      {texture, origin: [column, Math.floor((first + done) / COLUMNS)]},
      [width, height],
    );
    done += width * height;
  }
}

/** What is copied to the start of a texture: a tensor that has so many texels as they are in a buffer, and zeros after it. */
export interface CopiedImage {
  readonly tensor: TensorInfo;
  readonly values: GPUBuffer;
  readonly filled: number;
  readonly zeros: number;
}

/** A software GPU copies rows of memory, in a tenth of the time that a program takes which reads and writes them. */
export function copyToTexture(
  {backend, zeros: zeroTexels}: Device,
  texture: GPUTexture,
  {tensor, values, filled, zeros}: CopiedImage,
): void {
  if (isCompileOnly()) return;
  const internals = internalsOf(backend);
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  const {commandEncoder} = internals;
  if (commandEncoder === null) throw kernelError(KERNEL_RULES.device, {commandEncoder});
  internals.commandQueueOwnedIds.add(tensor.dataId);
  copyTexels(commandEncoder, values, texture, 0, filled);
  for (let done = 0; done < zeros; done += COLUMNS)
    copyTexels(commandEncoder, zeroTexels, texture, filled + done, Math.min(COLUMNS, zeros - done));
}
