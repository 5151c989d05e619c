import {backend} from '@tensorflow/tfjs-core';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import {wantedThreads} from '../../src/registry/flags.js';
import {createBackends} from '../wasm_core/backends.js';
import {copiedTensors} from '../wasm_core/copied_tensors.js';
import type {TensorValues} from '../wasm_core/copied_tensors.js';
import type {CoreBackend} from '../wasm_core/core_tensors.js';
import {createFilterCache, heapBefore} from '../wasm_core/runtime/filter_cache.js';
import {createHeap} from '../wasm_core/runtime/heap.js';
import {instantiate} from '../wasm_core/runtime/instantiate.js';
import {threadsOfProcess} from '../wasm_core/runtime/node.js';
import {createSharing} from '../wasm_core/runtime/sharing.js';
import {valuesOf} from './arrays.js';

/*
 * The WebAssembly core for tensors that are typed arrays: it has a memory of its own, where operands are copied in and
 * results copied out, and another one for calls that threads share.
 */

const backends = createBackends(backend => {
  const isAlive = (dataId: object): boolean => backend.refCount(dataId) > 0;
  const threads = wantedThreads();
  const heap = createHeap();
  const filters = createFilterCache(heap, {isAlive});
  return {
    alone: {core: instantiate(heapBefore(filters, heap)), filters},
    sharing: createSharing(() => threads || threadsOfProcess(), isAlive),
  };
});

/** Ends the threads of a backend that is removed. */
export const {dispose} = backends;

/**
 * Bytes that packed filters take in the memories of a backend's core; those of disposed tensors are freed first. Default:
 * the current backend.
 *
 * A filter is packed once, as tensors are immutable. Values that are changed in place, in the array that
 * `filter.dataSync()` gives on this backend, change no later result: make a tensor of them (`tf.tensor`, or
 * `tf.Variable.assign` with one).
 */
export const packedFilterBytes = (of: KernelBackend = backend()): number => backends.packedFilterBytes(of);

const values: TensorValues = {
  of: valuesOf,
  toTensor: (backend, values, shape) => ({
    dataId: backend.write(values.slice(), shape, 'float32'),
    shape,
    dtype: 'float32',
  }),
};

export const cpuCore: CoreBackend = {
  alone: copiedTensors(values, backends.alone),
  together: copiedTensors(values, backends.together),
  sharing: backends.sharing,
  // Operands are copied in any case. Copies into a shared memory take longer.
  copies: {perByte: 2, mostBytes: Infinity},
};
