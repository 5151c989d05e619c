import {roundUp} from '../../../src/geometry/round_up.js';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import type {Heap} from './exports.js';

const PAGE = 65536;
/** Pages that a memory begins with, if it may have as many. */
const INITIAL = 16;
/** A cache line: a vector that lies in two takes twice as long. */
export const ALIGN = 64;
/** Addresses below stay unused, so that 0 means nothing. */
const START = 1024;

/** Thrown where memory cannot grow any more. What was allocated before stays valid. */
export const outOfMemory = (bytes: number): Error => kernelError(KERNEL_RULES.wasmMemory, {bytes});

/** Thrown where nothing is allocated at the address that is to be freed. */
export const notAllocated = (pointer: number): Error => kernelError(KERNEL_RULES.allocated, {pointer});

/** Makes the memory at least `bytes` long. */
function grow(memory: WebAssembly.Memory, bytes: number): boolean {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (missing <= 0) return true;
  try {
    memory.grow(missing);
    return true;
  } catch {
    return false;
  }
}

/** A free part of the memory. */
interface Gap {
  start: number;
  end: number;
}

/**
 * A heap in a memory of its own: first fit, neighbouring gaps joined. `maximum` is in bytes; threads compute in a `shared`
 * memory.
 * @throws RangeError where there are no addresses for it.
 */
export function createHeap(maximum = 2 ** 32, shared = false): Heap {
  const pages = Math.ceil(maximum / PAGE);
  const memory = new WebAssembly.Memory({initial: Math.min(INITIAL, pages), maximum: pages, shared});
  const gaps: Gap[] = [];
  const sizes = new Map<number, number>();
  let end = START;

  function malloc(bytes: number): number {
    const size = Math.max(ALIGN, roundUp(bytes, ALIGN));
    const index = gaps.findIndex(gap => gap.end - gap.start >= size);
    let pointer = end;
    if (index >= 0) {
      pointer = gaps[index].start;
      gaps[index].start += size;
      if (gaps[index].start === gaps[index].end) gaps.splice(index, 1);
    } else {
      if (!(end + size <= maximum) || !grow(memory, end + size)) throw outOfMemory(bytes);
      end += size;
    }
    sizes.set(pointer, size);
    return pointer;
  }

  function free(pointer: number): void {
    const size = sizes.get(pointer);
    if (size === undefined) throw notAllocated(pointer);
    sizes.delete(pointer);
    const gap = {start: pointer, end: pointer + size};
    const next = gaps.findIndex(({start}) => start > pointer);
    const index = next < 0 ? gaps.length : next;
    gaps.splice(index, 0, gap);
    join(index);
    if (index > 0) join(index - 1);
    const last = gaps[gaps.length - 1];
    if (last.end === end) {
      end = last.start;
      gaps.pop();
    }
  }

  /** Joins a gap with the next one if they touch. */
  function join(index: number): void {
    if (index + 1 >= gaps.length || gaps[index].end !== gaps[index + 1].start) return;
    gaps[index].end = gaps[index + 1].end;
    gaps.splice(index + 1, 1);
  }

  return {memory, malloc, free};
}
