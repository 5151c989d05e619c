import type {Heap} from './exports.js';
import {ALIGN} from './heap.js';

const {ceil} = Math;

/** Bytes that are kept for the scratch memory of calls: the plans and lists of most layers. */
const ARENA_BYTES = 64 * 1024;

/**
 * A heap for memory that is freed in the opposite order, as calls do: what fits is the top of a stack that is allocated
 * once, as to allocate and free takes as long as a small layer. `heap` gives the rest.
 */
export function scratchHeap(heap: Heap): Heap {
  let begin = 0;
  let end = 0;
  let top = 0;
  return {
    memory: heap.memory,
    malloc(bytes) {
      if (end === 0) {
        begin = heap.malloc(ARENA_BYTES);
        top = begin;
        end = begin + ARENA_BYTES;
      }
      const next = top + (bytes === 0 ? ALIGN : ceil(bytes / ALIGN) * ALIGN);
      if (!(next <= end)) return heap.malloc(bytes);
      const pointer = top;
      top = next;
      return pointer;
    },
    free(pointer) {
      if (pointer >= begin && pointer < end) top = pointer;
      else heap.free(pointer);
    },
  };
}
