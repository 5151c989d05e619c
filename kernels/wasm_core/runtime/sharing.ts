import {createFilterCache, heapBefore} from './filter_cache.js';
import {createHeap} from './heap.js';
import {instantiate} from './instantiate.js';
import {scratchHeap} from './scratch.js';
import type {Device} from '../types.js';
import type {End} from './workers.js';

/*
 * The core in a memory of its own that threads share.
 */

/** Bytes that the memory may grow to, the first that there are addresses for: what a host of 32 bits has, too. */
const MAXIMA = [2 ** 32, 2 ** 30, 2 ** 28];

export interface Sharing {
  /** Starts the threads where they are not there; returns whether calls may be computed together. */
  readonly start: () => boolean;
  /** What calls are computed on together, once it has been started. */
  readonly device: () => Device | undefined;
  /** Ends the threads, and lets go of their memory. */
  readonly end: End;
}

/** A device of so many threads; null where there can be none. */
function createDevice(threads: number, isAlive: (filter: object) => boolean): Device | null {
  if (threads < 2 || typeof SharedArrayBuffer === 'undefined') return null;
  for (const maximum of MAXIMA) {
    try {
      const heap = createHeap(maximum, true);
      const filters = createFilterCache(heap, {isAlive});
      const core = instantiate(heapBefore(filters, heap), threads);
      return core.threadPool === null ? null : {core: {...core, heap: scratchHeap(core.heap)}, filters};
    } catch {
      // There may be addresses for less.
    }
  }
  return null;
}

/** Nothing starts before it is asked for; how many threads there are to be is asked then too, as Node reads files for it. */
export function createSharing(threads: () => number, isAlive: (filter: object) => boolean): Sharing {
  let device: Device | null | undefined;
  return {
    start() {
      if (device === undefined) device = createDevice(threads(), isAlive);
      // Where threads have failed, one that is only late may still write to the memory: it is left.
      if (device?.core.threadPool?.start() !== true) device = null;
      return device !== null;
    },
    device: () => device ?? undefined,
    end() {
      device?.core.threadPool?.end();
      device = null;
    },
  };
}
