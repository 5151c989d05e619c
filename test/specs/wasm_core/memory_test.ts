import {ALIGN, createHeap, withMemory} from '../../../kernels/wasm_core/runtime/heap.js';
import {createFilterCache} from '../../../kernels/wasm_core/runtime/filter_cache.js';
import type {FilterCache} from '../../../kernels/wasm_core/runtime/filter_cache.js';
import {randomIntegers} from '../../support/wasm_core/geometries.js';

describe('heap', () => {
  test('allocations are aligned, never overlap, and their memory comes back', () => {
    const heap = createHeap();
    const integer = randomIntegers(1);
    const live = new Map<number, number>();
    let most = 0;
    for (let i = 0; i < 5000; i++) {
      if (live.size > 20 || (live.size > 0 && integer(0, 1) === 0)) {
        const pointers = [...live.keys()];
        const pointer = pointers[integer(0, pointers.length - 1)];
        heap.free(pointer);
        live.delete(pointer);
        continue;
      }
      const bytes = integer(0, 30000);
      const pointer = heap.malloc(bytes);
      expect(pointer % ALIGN).toBe(0);
      live.forEach((size, other) => expect(pointer + bytes <= other || other + size <= pointer).toBe(true));
      expect(pointer + bytes).toBeLessThanOrEqual(heap.memory.buffer.byteLength);
      live.set(pointer, bytes);
      most = Math.max(most, pointer + bytes);
    }
    [...live.keys()].forEach(pointer => heap.free(pointer));
    const all = heap.malloc(most - 2048);
    expect(all).toBe(1024);
  });

  test('out of memory is an error, after which what fits still fits', () => {
    const heap = createHeap(4 * 1024 * 1024);
    const first = heap.malloc(1024 * 1024);
    expect(() => heap.malloc(8 * 1024 * 1024)).toThrow('tfjs-conv: out of WebAssembly memory; got bytes=8388608');
    expect(() => heap.malloc(NaN)).toThrow('out of WebAssembly memory');
    heap.free(first);
    heap.free(heap.malloc(3 * 1024 * 1024));
  });

  test('freeing what is not allocated is an error', () => {
    expect(() => createHeap().free(1024)).toThrow('nothing is allocated there; got pointer=1024');
  });

  test('withMemory frees after an error too', () => {
    const heap = createHeap();
    expect(() =>
      withMemory(heap, 100, () => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(heap.malloc(100)).toBe(1024);
  });
});

/** The packed form of a filter, added where it is not there. */
const packed = (
  cache: FilterCache,
  filter: object,
  form: string,
  bytes: number,
  pack: (pointer: number) => void,
): number => cache.find(filter, form) ?? cache.add(filter, form, bytes, pack);

describe('packed filters', () => {
  test('are packed once, and again after they were dropped', () => {
    const heap = createHeap();
    const cache = createFilterCache(heap);
    const [a, b] = [{}, {}];
    const pack = jest.fn();
    const pointer = packed(cache, a, 'form', 1000, pack);
    expect(packed(cache, a, 'form', 1000, pack)).toBe(pointer);
    packed(cache, a, 'other form', 500, pack);
    packed(cache, b, 'form', 1000, pack);
    expect(pack).toHaveBeenCalledTimes(3);
    expect(cache.bytes()).toBe(2500);
    cache.drop(a);
    expect(cache.bytes()).toBe(1000);
    packed(cache, a, 'form', 1000, pack);
    expect(pack).toHaveBeenCalledTimes(4);
  });

  test('the longest unused goes where the limit is reached', () => {
    const cache = createFilterCache(createHeap(), {limit: 2500});
    const filters = [{}, {}, {}];
    const order: number[] = [];
    const get = (i: number) => packed(cache, filters[i], 'form', 1000, () => order.push(i));
    [0, 1, 0, 2, 0, 1].forEach(get);
    expect(order).toEqual([0, 1, 2, 1]);
    expect(cache.bytes()).toBe(2000);
  });

  test('make room where the heap is full', () => {
    const heap = createHeap(1024 * 1024);
    const cache = createFilterCache(heap);
    packed(cache, {}, 'form', 700000, () => {});
    packed(cache, {}, 'form', 700000, () => {});
    expect(cache.bytes()).toBe(700000);
    expect(() => packed(cache, {}, 'form', 7000000, () => {})).toThrow('out of WebAssembly memory');
    expect(cache.bytes()).toBe(0);
  });

  test('whose values are gone make room at the next one', () => {
    const gone = new Set<object>();
    const cache = createFilterCache(createHeap(), {isAlive: filter => !gone.has(filter)});
    const [a, b] = [{}, {}];
    packed(cache, a, 'form', 1000, () => {});
    gone.add(a);
    packed(cache, b, 'form', 10, () => {});
    expect(cache.bytes()).toBe(10);
  });

  test('that fail to pack leave nothing behind', () => {
    const heap = createHeap();
    const cache = createFilterCache(heap);
    expect(() =>
      packed(cache, {}, 'form', 1000, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(cache.bytes()).toBe(0);
    expect(heap.malloc(10)).toBe(1024);
  });
});
