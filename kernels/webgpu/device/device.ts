import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {backend as current} from '@tensorflow/tfjs-core';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import {createFilterCache} from '../../../src/registry/filter_cache.js';
import type {FilterCache} from '../../../src/registry/filter_cache.js';
import {COLUMNS} from '../wgsl/program.js';
import {bytesOf, createTexelPool} from './texel_pool.js';
import {adapterOf} from './internals.js';
import type {TexelPlace, TexelPool, Texels} from './texel_pool.js';

/** What a packed filter takes. */
export interface TexelSize {
  readonly place: TexelPlace;
  readonly count: number;
}

/** A backend of TensorFlow.js on WebGPU, and what the kernels keep on its device. */
export interface Device {
  readonly backend: WebGPUBackend;
  readonly sampler: GPUSampler;
  readonly layouts: Map<string, GPUPipelineLayout>;
  readonly pool: TexelPool;
  /** Zeros of a row of texels. */
  readonly zeros: GPUBuffer;
  /** Filters as the programs read them, by their tensors' data. */
  readonly filters: FilterCache<TexelSize, Texels>;
  isLost: boolean;
}

/** Bytes up to which packed filters are kept. */
const FILTER_BYTES = 256 * 1024 * 1024;

const devices = new WeakMap<KernelBackend, Device>();

function createDevice(backend: WebGPUBackend): Device {
  const pool = createTexelPool(backend);
  const device: Device = {
    backend,
    sampler: backend.device.createSampler({}),
    layouts: new Map(),
    pool,
    zeros: backend.device.createBuffer({size: bytesOf('texels', COLUMNS), usage: GPUBufferUsage.COPY_SRC}),
    filters: createFilterCache(
      {
        malloc: ({place, count}) => pool.acquire(place, count),
        free: texels => pool.release(texels),
        bytesOf: ({place, count}) => bytesOf(place, count),
      },
      {limit: FILTER_BYTES, isAlive: dataId => !isClosed && backend.tensorMap.has(dataId)},
    ),
    isLost: false,
  };
  let isClosed = false;
  const close = (): void => {
    isClosed = true;
    // Drops what is not alive.
    device.filters.bytes();
    pool.clear();
    device.zeros.destroy();
  };
  void backend.device.lost.then(() => {
    device.isLost = true;
    close();
  });
  // TensorFlow.js destroys what is its own, and tells nobody.
  const dispose = backend.dispose.bind(backend);
  backend.dispose = () => {
    close();
    dispose();
  };
  return device;
}

/**
 * What belongs to the backend that kernels of 'webgpu' are called with, made at its first call. Every call asks for it
 * once, when it begins: filters that it uses then stay until the next call.
 */
export function deviceOf(kernelBackend: KernelBackend): Device {
  const known = devices.get(kernelBackend);
  if (known !== undefined) {
    known.filters.startCall();
    return known;
  }
  // The registration boundary: kernels of 'webgpu' get its backend.
  const device = createDevice(kernelBackend as WebGPUBackend);
  devices.set(kernelBackend, device);
  return device;
}

/** @throws if the device is lost, as whatever is computed and read then is wrong. */
export function checkNotLost({isLost}: Device): void {
  if (isLost) throw kernelError(KERNEL_RULES.device, {isLost});
}

/** The device of the current backend, which variants are chosen for. */
export const currentDevice = (): GPUDevice => (current() as WebGPUBackend).device;

/** Vendors, and architectures of their adapters, that compute on the CPU. */
const SOFTWARE: ReadonlyArray<readonly [string, string]> = [
  ['google', 'swiftshader'],
  ['mesa', ''],
];

/** Whether the adapter of the current backend is SwiftShader. */
export const isSwiftShader = (): boolean => adapterOf(current() as WebGPUBackend).architecture.includes('swiftshader');

/** Whether the adapter of the current backend computes on the CPU, where texels of textures are loaded faster. */
export function isSoftware(): boolean {
  const {vendor, architecture} = adapterOf(current() as WebGPUBackend);
  return SOFTWARE.some(([v, a]) => v === vendor && architecture.includes(a));
}

/**
 * Bytes of a backend's buffers and textures that hold filters as the kernels read them; those of disposed tensors are
 * released first. Default: the current backend.
 */
export const packedFilterBytes = (of: KernelBackend = current()): number => devices.get(of)?.filters.bytes() ?? 0;
