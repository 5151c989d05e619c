import {scratchHeap} from '../../../kernels/wasm_core/runtime/scratch.js';
import {createHeap} from '../../../kernels/wasm_core/runtime/heap.js';
import {guardedHeap} from '../../support/wasm_core/device.js';

/*
 * The stack of scratch memory: places that do not overlap while they are in use, and that are used again.
 */

const LARGE = 1024 * 1024;

test('what is freed in the opposite order is there again', () => {
  const heap = scratchHeap(guardedHeap());
  const first = heap.malloc(100);
  const second = heap.malloc(1);
  const large = heap.malloc(LARGE);
  const third = heap.malloc(64);
  const places = [
    [first, 100],
    [second, 1],
    [third, 64],
    [large, LARGE],
  ].sort(([a], [b]) => a - b);
  places.slice(1).forEach(([pointer], i) => expect(pointer).toBeGreaterThanOrEqual(places[i][0] + places[i][1]));
  places.forEach(([pointer]) => expect(pointer % 64).toBe(0));
  [third, large, second, first].forEach(heap.free);
  expect(heap.malloc(100)).toBe(first);
  expect(heap.malloc(1)).toBe(second);
});

test('what does not fit comes from the heap, and goes back there', () => {
  const heap = createHeap(4 * LARGE);
  const scratch = scratchHeap(heap);
  scratch.free(scratch.malloc(1));
  for (let i = 0; i < 10; i++) scratch.free(scratch.malloc(2 * LARGE));
  expect(() => scratch.malloc(4 * LARGE)).toThrow('the WebAssembly memory must have room for the operation');
  expect(() => scratch.malloc(NaN)).toThrow('the WebAssembly memory must have room for the operation');
});
