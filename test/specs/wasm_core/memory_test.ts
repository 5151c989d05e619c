import {ALIGN, createHeap} from '../../../kernels/wasm_core/runtime/heap.js';
import {createFilterCache, heapBefore} from '../../../kernels/wasm_core/runtime/filter_cache.js';
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
    expect(() => heap.malloc(8 * 1024 * 1024)).toThrow(
      new Error('tfjs-conv: the WebAssembly memory must have room for the operation; got bytes=8388608'),
    );
    expect(() => heap.malloc(NaN)).toThrow('the WebAssembly memory must have room for the operation');
    heap.free(first);
    heap.free(heap.malloc(3 * 1024 * 1024));
  });

  test('freeing what is not allocated is an error', () => {
    expect(() => createHeap().free(1024)).toThrow('only memory that is allocated can be freed; got pointer=1024');
  });
});

/** The packed form of a filter in a call of its own, added where it is not there. */
function packed(
  cache: FilterCache,
  filter: object,
  form: string,
  bytes: number,
  pack: (pointer: number) => void = () => {},
): number {
  cache.startCall();
  return cache.find(filter, form) ?? cache.add(filter, form, bytes, pack);
}

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

  test('make room for each other where the heap is full', () => {
    const heap = createHeap(1024 * 1024);
    const cache = createFilterCache(heap);
    packed(cache, {}, 'form', 700000);
    packed(cache, {}, 'form', 700000);
    expect(cache.bytes()).toBe(700000);
    expect(() => packed(cache, {}, 'form', 7000000)).toThrow('the WebAssembly memory must have room for the operation');
    expect(cache.bytes()).toBe(0);
  });

  test('make room for whatever else is allocated, the longest unused first', () => {
    const raw = createHeap(1024 * 1024);
    const cache = createFilterCache(raw);
    const heap = heapBefore(cache, raw);
    const [a, b, c] = [{}, {}, {}];
    for (const filter of [a, b, c, a]) packed(cache, filter, 'form', 300000);
    cache.startCall();
    const result = heap.malloc(300000);
    expect([a, b, c].map(filter => cache.find(filter, 'form') !== undefined)).toEqual([true, false, true]);
    heap.free(result);
    cache.startCall();
    heap.free(heap.malloc(1000000));
    expect(cache.bytes()).toBe(0);
  });

  test('stay while the running call uses them, whatever is allocated', () => {
    const raw = createHeap(1024 * 1024);
    const cache = createFilterCache(raw, {limit: 500000});
    const heap = heapBefore(cache, raw);
    const [a, b, c] = [{}, {}, {}];
    packed(cache, a, 'form', 400000);
    cache.startCall();
    const places = [cache.find(a, 'form'), cache.add(b, 'form', 400000, () => {})];
    expect(() => heap.malloc(400000)).toThrow(
      'the WebAssembly memory must have room for the operation; got bytes=400000',
    );
    expect(() => cache.add(c, 'form', 400000, () => {})).toThrow(
      'the WebAssembly memory must have room for the operation',
    );
    expect([cache.find(a, 'form'), cache.find(b, 'form')]).toEqual(places);
    cache.startCall();
    cache.find(b, 'form');
    heap.free(heap.malloc(400000));
    expect([a, b].map(filter => cache.find(filter, 'form'))).toEqual([undefined, places[1]]);
  });

  test('of disposed filters make room first, but for those that the running call uses', () => {
    const gone = new Set<object>();
    const raw = createHeap(1024 * 1024);
    const cache = createFilterCache(raw, {isAlive: filter => !gone.has(filter)});
    const heap = heapBefore(cache, raw);
    const [a, b, c] = [{}, {}, {}];
    for (const filter of [a, b, c]) packed(cache, filter, 'form', 300000);
    cache.startCall();
    const place = cache.find(c, 'form');
    gone.add(b).add(c);
    heap.malloc(300000);
    expect(cache.find(a, 'form')).toBeDefined();
    expect(cache.find(b, 'form')).toBeUndefined();
    expect(cache.find(c, 'form')).toBe(place);
  });

  test('of disposed filters are gone at the next one, and whenever the bytes are asked for', () => {
    const gone = new Set<object>();
    const heap = createHeap();
    const cache = createFilterCache(heap, {isAlive: filter => !gone.has(filter)});
    const [a, b, c] = [{}, {}, {}];
    const place = packed(cache, a, 'form', 1000);
    gone.add(a);
    expect(packed(cache, b, 'form', 1000)).toBe(place);
    packed(cache, c, 'form', 10);
    expect(cache.bytes()).toBe(1010);
    gone.add(b).add(c);
    expect(cache.bytes()).toBe(0);
    expect(heap.malloc(10)).toBe(place);
  });

  test('leave nothing of 20000 filters that come and go without a pause', () => {
    let asked = 0;
    const alive = new Set<object>();
    const registered = jest.spyOn(FinalizationRegistry.prototype, 'register');
    const cache = createFilterCache(createHeap(), {
      isAlive: filter => {
        asked++;
        return alive.has(filter);
      },
    });
    for (let i = 0; i < 20000; i++) {
      const filter = {};
      alive.add(filter);
      for (const form of ['forward', 'backward']) packed(cache, filter, form, 64);
      alive.delete(filter);
    }
    // Every filter that comes asks after those that are kept.
    asked = 0;
    packed(cache, {}, 'form', 64);
    expect(asked).toBe(1);
    expect(registered.mock.calls.length).toBeLessThanOrEqual(1);
    registered.mockRestore();
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
