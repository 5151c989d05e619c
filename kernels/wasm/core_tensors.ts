import {backend} from '@tensorflow/tfjs-core';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import {roundUp} from '../../src/geometry/round_up.js';
import {KERNEL_RULES, kernelError} from '../../src/errors.js';
import {wantedThreads} from '../../src/registry/flags.js';
import {createBackends} from '../wasm_core/backends.js';
import {copiedTensors} from '../wasm_core/copied_tensors.js';
import type {TensorValues} from '../wasm_core/copied_tensors.js';
import type {CoreBackend, CoreTensors} from '../wasm_core/core_tensors.js';
import {instantiate, isShared} from '../wasm_core/runtime/instantiate.js';
import {threadsOfProcess} from '../wasm_core/runtime/node.js';
import {createSharing} from '../wasm_core/runtime/sharing.js';
import {ALIGN, notAllocated, outOfMemory} from '../wasm_core/runtime/heap.js';
import {createFilterCache, heapBefore} from '../wasm_core/runtime/filter_cache.js';
import {scratchHeap} from '../wasm_core/runtime/scratch.js';
import {F32} from '../wasm_core/plan/conv_plan.js';
import type {Heap} from '../wasm_core/runtime/exports.js';
import type {Device} from '../wasm_core/types.js';

/*
 * The WebAssembly core on the memory of TensorFlow.js' wasm backend: it reads and writes tensors in place. The memory
 * may grow at every allocation, so no view of it is kept. Where threads do not share it, as in Node, they have another
 * one, which the operands of large convolutions are copied to.
 */

/** What the backend's module has beyond its types. The threaded build imports its memory instead of exporting it. */
interface WasmModule {
  readonly asm: {readonly memory?: WebAssembly.Memory};
  readonly wasmMemory?: WebAssembly.Memory;
  readonly tfjs: {getThreadsCount(): number};
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** The backend that kernels of 'wasm' are called with. Its types say less of the module than that has. */
type Wasm = BackendWasm & {readonly wasm: WasmModule};

const wasmOf = (backend: KernelBackend): Wasm => backend as Wasm;

const LARGEST = 2 ** 31 - 2 ** 16;

/** Memory as the module gives it, aligned to 8 bytes. Addresses beyond 2 GiB come as negative numbers. */
function allocate(module: WasmModule, bytes: number): number {
  // The module takes sizes from 2 GiB on for negative ones.
  const pointer = bytes < LARGEST ? module._malloc(Math.max(1, bytes)) >>> 0 : 0;
  if (pointer === 0) throw outOfMemory(bytes);
  return pointer;
}

/** Most bytes that lie before an aligned address. */
const BEFORE = ALIGN - 8;

function heapOf(module: WasmModule): Heap {
  const memory = module.asm.memory ?? module.wasmMemory;
  if (memory === undefined) throw kernelError(KERNEL_RULES.wasmMemoryFound, {memory});
  /** Where the module's allocations begin, by the aligned addresses within. */
  const begins = new Map<number, number>();
  return {
    memory,
    malloc(bytes) {
      const begin = allocate(module, bytes + BEFORE);
      const pointer = roundUp(begin, ALIGN);
      begins.set(pointer, begin);
      return pointer;
    },
    free(pointer) {
      const begin = begins.get(pointer);
      if (begin === undefined) throw notAllocated(pointer);
      begins.delete(pointer);
      module._free(begin);
    },
  };
}

const backends = createBackends(backend => {
  const {dataIdMap, wasm: module} = wasmOf(backend);
  const heap = heapOf(module);
  const isAlive = (key: object): boolean => dataIdMap.has(key);
  const filters = createFilterCache(heap, {isAlive});
  const shared = isShared(heap.memory);
  const threads = wantedThreads();
  const core = instantiate(heapBefore(filters, heap), threads || (shared ? module.tfjs.getThreadsCount() : 1));
  return {
    alone: {core: {...core, heap: scratchHeap(core.heap)}, filters},
    sharing: shared ? null : createSharing(() => threads || threadsOfProcess(), isAlive),
  };
});

/** Ends the threads of a backend that is removed. */
export const {dispose} = backends;

/**
 * Bytes that packed filters take in a backend's memory, and in that of its threads; those of disposed tensors are freed
 * first. Default: the current backend.
 */
export const packedFilterBytes = (of: KernelBackend = backend()): number => backends.packedFilterBytes(of);

/** Memory for the values of a tensor, for which packed filters make room where there is none. */
function allocateOutput({filters}: Device, {wasm}: Wasm, elements: number): number {
  const bytes = elements * F32;
  const pointer = bytes > 0 && bytes < LARGEST ? wasm._malloc(bytes) >>> 0 : 0;
  return pointer === 0 ? filters.makeRoom(() => allocate(wasm, bytes)) : pointer;
}

// Every call of a layer runs through these: what they are called with is known to be a backend of 'wasm'.
export const wasmTensors: CoreTensors = {
  device: backends.alone,
  read: (_, {dataIdMap}: Wasm, {dataId}) => dataIdMap.get(dataId).memoryOffset,
  allocateOutput,
  // TensorFlow.js frees it with the tensor.
  toTensor: (backend: Wasm, output, shape) => backend.makeOutput(shape, 'float32', output),
  freeOutput: ({wasm}: Wasm, output) => wasm._free(output),
};

/** The floats at an address of a backend's memory, until that grows. */
const floatsOf = (backend: KernelBackend, pointer: number, length: number): Float32Array =>
  new Float32Array(backends.alone(backend).core.heap.memory.buffer, pointer, length);

const values: TensorValues = {
  of: (backend, {dataId, size}) => floatsOf(backend, wasmOf(backend).dataIdMap.get(dataId).memoryOffset, size),
  toTensor(backend, values, shape) {
    const output = allocateOutput(backends.alone(backend), wasmOf(backend), values.length);
    floatsOf(backend, output, values.length).set(values);
    return wasmOf(backend).makeOutput(shape, 'float32', output);
  },
};

export const wasmCore: CoreBackend = {
  alone: wasmTensors,
  together: copiedTensors(values, backends.together),
  sharing: backends.sharing,
  copies: {perByte: 4, mostBytes: 256 * 1024 * 1024},
};
