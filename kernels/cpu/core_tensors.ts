import {backend} from '@tensorflow/tfjs-core';
import type {KernelBackend, TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {instantiate} from '../wasm_core/runtime/instantiate.js';
import type {CoreTensors} from '../wasm_core/kernel_table.js';
import {createHeap, withMemory} from '../wasm_core/runtime/heap.js';
import {createFilterCache} from '../wasm_core/runtime/filter_cache.js';
import {F32} from '../wasm_core/plan/conv_plan.js';
import {valuesOf} from './arrays.js';
import type {Device} from '../wasm_core/types.js';

/*
 * The WebAssembly core for tensors that are typed arrays: it has a memory of its own, where operands are copied in and
 * results copied out.
 */

const devices = new WeakMap<KernelBackend, Device>();

/** The core and its memory, made at a backend's first call. */
function device(backend: KernelBackend): Device {
  const known = devices.get(backend);
  if (known !== undefined) return known;
  const heap = createHeap();
  const filters = createFilterCache(heap, {isAlive: dataId => backend.refCount(dataId) > 0});
  const made = {core: instantiate(heap), filters};
  devices.set(backend, made);
  return made;
}

/** Bytes that packed filters take in the memory of a backend's core. Default: the current backend. */
export const packedFilterBytes = (of: KernelBackend = backend()): number => devices.get(of)?.filters.bytes() ?? 0;

function withArray(backend: KernelBackend, values: Float32Array, use: (pointer: number) => void): void {
  const {heap} = device(backend).core;
  withMemory(heap, values.length * F32, pointer => {
    new Float32Array(heap.memory.buffer, pointer, values.length).set(values);
    use(pointer);
  });
}

export const cpuTensors: CoreTensors = {
  device,
  read: (backend, tensor, use) => withArray(backend, valuesOf(backend, tensor), use),
  filter: (backend, tensor) => ({
    key: tensor.dataId,
    withPointer: use => withArray(backend, valuesOf(backend, tensor), use),
    stays: false,
  }),
  write(backend, shape, make): TensorInfo {
    const {heap} = device(backend).core;
    let values = new Float32Array(0);
    withMemory(heap, product(shape) * F32, pointer => {
      make(pointer);
      values = new Float32Array(heap.memory.buffer, pointer, product(shape)).slice();
    });
    return {dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32'};
  },
};
