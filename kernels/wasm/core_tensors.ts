import {backend} from '@tensorflow/tfjs-core';
import type {KernelBackend} from '@tensorflow/tfjs-core';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import {roundUp} from '../../src/geometry/round_up.js';
import {KERNEL_RULES, kernelError} from '../../src/errors.js';
import {product} from '../../src/geometry/conv.js';
import {instantiate} from '../wasm_core/runtime/instantiate.js';
import type {CoreTensors} from '../wasm_core/core_tensors.js';
import {ALIGN, notAllocated, outOfMemory} from '../wasm_core/runtime/heap.js';
import {createFilterCache, heapBefore} from '../wasm_core/runtime/filter_cache.js';
import {scratchHeap} from '../wasm_core/runtime/scratch.js';
import {F32} from '../wasm_core/plan/conv_plan.js';
import type {ThreadPool} from '../wasm_core/runtime/thread_pool.js';
import type {Heap} from '../wasm_core/runtime/exports.js';
import type {Device} from '../wasm_core/types.js';

/*
 * The WebAssembly core on the memory of TensorFlow.js' wasm backend: it reads and writes tensors in place. The memory
 * may grow at every allocation, so no view of it is kept.
 */

/** What the backend's module has beyond its types. The threaded build imports its memory instead of exporting it. */
interface WasmModule {
  readonly asm: {readonly memory?: WebAssembly.Memory};
  readonly wasmMemory?: WebAssembly.Memory;
  readonly tfjs: {getThreadsCount(): number};
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

/** The backend that kernels of 'wasm' are called with. */
const wasmOf = (backend: KernelBackend): BackendWasm => backend as BackendWasm;

/** The types of the module say less than it has. */
const moduleOf = ({wasm}: BackendWasm): WasmModule => wasm as unknown as WasmModule;

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

/** Ends the threads of backends that are gone; made where there are threads, as every engine with those has it. */
let threads: FinalizationRegistry<ThreadPool['end']> | undefined;

function endWith(backend: KernelBackend, {end}: ThreadPool): void {
  threads ??= new FinalizationRegistry(ended => ended());
  threads.register(backend, end);
}

const devices = new WeakMap<KernelBackend, Device>();

/** The core on a backend's memory, made at the first call. */
function device(backend: KernelBackend): Device {
  const known = devices.get(backend);
  if (known !== undefined) return known;
  const {dataIdMap} = wasmOf(backend);
  const module = moduleOf(wasmOf(backend));
  const heap = heapOf(module);
  const filters = createFilterCache(heap, {isAlive: key => dataIdMap.has(key)});
  const core = instantiate(heapBefore(filters, heap), module.tfjs.getThreadsCount());
  if (core.threadPool !== null) endWith(backend, core.threadPool);
  const made = {core: {...core, heap: scratchHeap(core.heap)}, filters};
  devices.set(backend, made);
  return made;
}

/**
 * Bytes that packed filters take in a backend's memory; those of disposed tensors are freed first. Default: the current
 * backend.
 */
export const packedFilterBytes = (of: KernelBackend = backend()): number => devices.get(of)?.filters.bytes() ?? 0;

export const wasmTensors: CoreTensors = {
  device,
  read: (_, backend, {dataId}) => wasmOf(backend).dataIdMap.get(dataId).memoryOffset,
  allocateOutput: ({filters}, backend, shape) =>
    filters.makeRoom(() => allocate(moduleOf(wasmOf(backend)), product(shape) * F32)),
  // TensorFlow.js frees it with the tensor.
  toTensor: (backend, output, shape) => wasmOf(backend).makeOutput(shape, 'float32', output),
  freeOutput: (backend, output) => moduleOf(wasmOf(backend))._free(output),
};
