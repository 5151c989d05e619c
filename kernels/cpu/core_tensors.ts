import {backend} from '@tensorflow/tfjs-core';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {instantiate} from '../wasm_core/runtime/instantiate.js';
import {allocate, floatsAt} from '../wasm_core/call.js';
import type {CoreTensors} from '../wasm_core/core_tensors.js';
import {createHeap} from '../wasm_core/runtime/heap.js';
import {createFilterCache, heapBefore} from '../wasm_core/runtime/filter_cache.js';
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
  const made = {core: instantiate(heapBefore(filters, heap)), filters};
  devices.set(backend, made);
  return made;
}

/**
 * Bytes that packed filters take in the memory of a backend's core; those of disposed tensors are freed first. Default:
 * the current backend.
 *
 * A filter is packed once, as tensors are immutable. Values that are changed in place, in the array that
 * `filter.dataSync()` gives on this backend, change no later result: make a tensor of them (`tf.tensor`, or
 * `tf.Variable.assign` with one).
 */
export const packedFilterBytes = (of: KernelBackend = backend()): number => devices.get(of)?.filters.bytes() ?? 0;

export const cpuTensors: CoreTensors = {
  device,
  read(call, backend, tensor) {
    const values = valuesOf(backend, tensor);
    const copy = allocate(call, values.length * F32);
    floatsAt(call, copy, values.length).set(values);
    return copy;
  },
  allocateOutput: (call, _, shape) => allocate(call, product(shape) * F32),
  toTensor(backend, output, shape) {
    const values = floatsAt(device(backend), output, product(shape)).slice();
    return {dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32'};
  },
  // It is scratch memory of the call.
  freeOutput: () => {},
};
