import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {COLUMN_BITS, COLUMNS} from '../wgsl/program.js';
import {internalsOf} from './internals.js';

/** Where texels are: see wgsl/program.ts. */
export type OperandPlace = 'texels' | 'texture';

/** The same, with those of float16. */
export type TexelPlace = OperandPlace | 'halfTexels';

/** A buffer or texture of the kernels' own, of so many texels. */
export interface Texels {
  readonly place: TexelPlace;
  readonly binding: GPUBindingResource;
  /** Where `place` is one. */
  readonly texture?: GPUTexture;
  readonly bytes: number;
  readonly key: string;
  destroy(): void;
}

/** Bytes of a texel, of four numbers. */
export const TEXEL_BYTES: {readonly [P in TexelPlace]: number} = {texels: 16, halfTexels: 8, texture: 16};

/** Bytes of what is free that are kept, so that the next call need not allocate them. */
const FREE_BYTES = 256 * 1024 * 1024;

const rowsOf = (count: number): number => Math.ceil(count / COLUMNS);

/** How many texels a place of a device can hold. */
export const capacityOf = ({limits}: GPUDevice, place: TexelPlace): number =>
  place === 'texture'
    ? limits.maxTextureDimension2D < COLUMNS
      ? 0
      : limits.maxTextureDimension2D << COLUMN_BITS
    : Math.floor(Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize) / TEXEL_BYTES[place]);

export const bytesOf = (place: TexelPlace, count: number): number =>
  TEXEL_BYTES[place] * (place === 'texture' ? rowsOf(count) * COLUMNS : count);

function create(device: GPUDevice, place: TexelPlace, count: number): Texels {
  const common = {place, bytes: bytesOf(place, count), key: keyOf(place, count)};
  if (place !== 'texture') {
    const buffer = device.createBuffer({size: common.bytes, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC});
    return {...common, binding: {buffer}, destroy: () => buffer.destroy()};
  }
  const texture = device.createTexture({
    size: [COLUMNS, rowsOf(count)],
    format: 'rgba32float',
    usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.TEXTURE_BINDING | GPUTextureUsage.COPY_DST,
  });
  return {...common, texture, binding: texture.createView(), destroy: () => texture.destroy()};
}

const keyOf = (place: TexelPlace, count: number): string => `${place} ${bytesOf(place, count)}`;

/** Texels that calls of kernels take and give back; WebGPU orders what commands do with them. */
export interface TexelPool {
  acquire(place: TexelPlace, count: number): Texels;
  release(texels: Texels): void;
  /** Destroys all that is free. */
  clear(): void;
}

export function createTexelPool(backend: WebGPUBackend): TexelPool {
  const free = new Map<string, Texels[]>();
  let freeBytes = 0;

  /** Commands that use what is free have to be submitted before it is destroyed. */
  function clear(): void {
    if (internalsOf(backend).commandEncoder !== null) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
    free.forEach(list => list.forEach(texels => texels.destroy()));
    free.clear();
    freeBytes = 0;
  }

  return {
    clear,
    acquire(place, count) {
      const found = free.get(keyOf(place, count))?.pop();
      if (found === undefined) return create(backend.device, place, count);
      freeBytes -= found.bytes;
      return found;
    },
    release(texels) {
      if (freeBytes + texels.bytes > FREE_BYTES) clear();
      const list = free.get(texels.key);
      if (list === undefined) free.set(texels.key, [texels]);
      else list.push(texels);
      freeBytes += texels.bytes;
    },
  };
}
