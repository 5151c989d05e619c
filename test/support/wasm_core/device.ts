import {instantiate} from '../../../kernels/wasm_core/runtime/instantiate.js';
import {createHeap} from '../../../kernels/wasm_core/runtime/heap.js';
import {createFilterCache, heapBefore} from '../../../kernels/wasm_core/runtime/filter_cache.js';
import type {Heap} from '../../../kernels/wasm_core/runtime/exports.js';
import {closeCall, openCall} from '../../../kernels/wasm_core/call.js';
import type {Call, Device, Filter} from '../../../kernels/wasm_core/types.js';

/** Bytes before and behind every allocation that nothing may write. */
const GUARD = 64;
const MARK = 0xa5;

/** A heap whose every allocation stands between guard regions, which are checked when it is freed. */
export function guardedHeap(maximum?: number): Heap & {check(): void} {
  const heap = createHeap(maximum);
  const live = new Map<number, number>();
  const guards = (pointer: number, bytes: number) => [
    new Uint8Array(heap.memory.buffer, pointer - GUARD, GUARD),
    new Uint8Array(heap.memory.buffer, pointer + bytes, GUARD),
  ];

  function checkOne(pointer: number, bytes: number): void {
    guards(pointer, bytes).forEach((guard, side) => {
      const at = guard.findIndex(byte => byte !== MARK);
      if (at >= 0) throw new Error(`written outside: side ${side}, byte ${at} of an allocation of ${bytes}`);
    });
  }

  return {
    memory: heap.memory,
    malloc(bytes) {
      const pointer = heap.malloc(bytes + 2 * GUARD) + GUARD;
      live.set(pointer, bytes);
      // What is read before it is written shows as NaN.
      new Uint8Array(heap.memory.buffer, pointer, bytes).fill(0xff);
      guards(pointer, bytes).forEach(guard => guard.fill(MARK));
      return pointer;
    },
    free(pointer) {
      const bytes = live.get(pointer) ?? 0;
      checkOne(pointer, bytes);
      live.delete(pointer);
      // What is read after it is freed too.
      new Uint8Array(heap.memory.buffer, pointer, bytes).fill(0xff);
      heap.free(pointer - GUARD);
    },
    check: () => live.forEach((bytes, pointer) => checkOne(pointer, bytes)),
  };
}

export interface TestDevice extends Device {
  /** Runs a kernel in a call, on copies of arrays, and returns its result. */
  compute(
    inputs: ReadonlyArray<Float32Array | undefined>,
    length: number,
    run: (call: Call, pointers: readonly number[], result: number) => void,
  ): Float32Array;
}

/** A device with a memory of its own, of at most `maximum` bytes. */
export function testDevice(maximum?: number): TestDevice {
  const guarded = guardedHeap(maximum);
  const filters = createFilterCache(guarded);
  const heap = heapBefore(filters, guarded);
  const core = instantiate(heap);
  return {
    core,
    filters,
    compute(inputs, length, run) {
      filters.startCall();
      const live: number[] = [];
      const allocate = (count: number): number => {
        const pointer = heap.malloc(count * 4);
        live.push(pointer);
        return pointer;
      };
      try {
        const pointers = inputs.map(values => {
          if (values === undefined) return 0;
          const pointer = allocate(values.length);
          new Float32Array(heap.memory.buffer, pointer, values.length).set(values);
          return pointer;
        });
        const result = allocate(length);
        const call = openCall(this);
        try {
          run(call, pointers, result);
        } finally {
          closeCall(call);
        }
        guarded.check();
        return new Float32Array(heap.memory.buffer, result, length).slice();
      } finally {
        live.forEach(heap.free);
      }
    },
  };
}

/** A filter in the core's memory. */
export const filterAt = (key: object, pointer: number): Filter => ({key, read: () => pointer});
