import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Epilogue} from './plan/conv_plan.js';
import type {CoreExports, Heap} from './runtime/exports.js';
import type {FilterCache} from './runtime/filter_cache.js';
import type {ThreadPool} from './runtime/thread_pool.js';

/*
 * The types that all parts of the core share.
 */

/** The core on one memory. */
export interface Core {
  readonly run: CoreExports;
  readonly heap: Heap;
  /** The memory as 32-bit words, at least its first `bytes`; good until the next allocation. */
  readonly words: (bytes: number) => Int32Array;
  /** Threads to compute with; null where the calling one is alone. */
  readonly threadPool: ThreadPool | null;
}

/** What the kernels run on: the core, and the packed filters in its memory. */
export interface Device {
  readonly core: Core;
  readonly filters: FilterCache;
}

/** A filter: what stands for its values in the cache, and those values in the core's memory when they are packed. */
export interface Filter {
  readonly key: object;
  readonly withPointer: (use: (pointer: number) => void) => void;
  /** Whether they stay there until the call ends. */
  readonly stays: boolean;
}

/** Computes a result of a geometry from a source image: y from x, or dx from dy. */
export type ImageKernel = (
  device: Device,
  g: ConvGeometry,
  source: number,
  filter: Filter,
  result: number,
  epilogue: Epilogue,
) => void;

/** Computes dfilter from x and dy. */
export type FilterGradientKernel = (device: Device, g: ConvGeometry, x: number, dy: number, dfilter: number) => void;
