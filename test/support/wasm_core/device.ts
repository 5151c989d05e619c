import {instantiate} from '../../../kernels/wasm_core/runtime/instantiate.js';
import {createHeap} from '../../../kernels/wasm_core/runtime/heap.js';
import {createFilterCache} from '../../../kernels/wasm_core/runtime/filter_cache.js';
import type {Heap} from '../../../kernels/wasm_core/runtime/exports.js';
import {closeCall, openCall} from '../../../kernels/wasm_core/call.js';
import type {Call, Device, Filter} from '../../../kernels/wasm_core/types.js';

/** Bytes before and behind every allocation that nothing may write. */
const GUARD = 64;
const MARK = 0xa5;

/** A heap whose every allocation stands between guard regions, which are checked when it is freed. */
export function guardedHeap(): Heap & {check(): void} {
  const heap = createHeap();
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
      checkOne(pointer, live.get(pointer) ?? 0);
      live.delete(pointer);
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

export function testDevice(): TestDevice {
  const heap = guardedHeap();
  const core = instantiate(heap);
  return {
    core,
    filters: createFilterCache(heap),
    compute(inputs, length, run) {
      const pointers = inputs.map(values => {
        if (values === undefined) return 0;
        const pointer = heap.malloc(values.length * 4);
        new Float32Array(heap.memory.buffer, pointer, values.length).set(values);
        return pointer;
      });
      const result = heap.malloc(length * 4);
      const call = openCall(this);
      run(call, pointers, result);
      closeCall(call);
      const values = new Float32Array(heap.memory.buffer, result, length).slice();
      heap.check();
      [...pointers.filter(pointer => pointer !== 0), result].forEach(heap.free);
      return values;
    },
  };
}

/** A filter in the core's memory. */
export const filterAt = (key: object, pointer: number): Filter => ({key, read: () => pointer});
