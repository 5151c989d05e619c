import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {Epilogue} from './plan/conv_plan.js';
import type {CoreExports, Heap} from './runtime/exports.js';
import type {FilterCache} from './runtime/filter_cache.js';
import type {ThreadPool} from './runtime/thread_pool.js';

/*
 * Types that all parts of the core share.
 */

/** The core on one memory. */
export interface Core {
  readonly run: CoreExports;
  readonly heap: Heap;
  /** The memory as 32-bit words, at least its first `bytes`; valid until the next allocation. */
  readonly words: (bytes: number) => Int32Array;
  /** Threads to compute with; null where the calling thread is alone. */
  readonly threadPool: ThreadPool | null;
}

/** What kernels run on: the core, and the packed filters in its memory. */
export interface Device {
  readonly core: Core;
  readonly filters: FilterCache;
}

/** A device during one call of a kernel: the memory that `allocate()` has taken for it (call.ts). */
export interface Call extends Device {
  /** Addresses, freed when the call is closed. */
  readonly scratch: number[];
}

/** A filter that may have to be packed. */
export interface Filter {
  /** Identifies its values in the cache of packed filters. */
  readonly key: object;
  /** The address of its values, valid until the call is closed. */
  readonly read: (call: Call) => number;
}

/** The image at one end of a convolution; its gradient has the same shape. */
export type ImageName = 'x' | 'y';

/** Addresses of what an image kernel reads and writes. */
export interface ImageOperands {
  readonly source: number;
  readonly filter: Filter;
  readonly result: number;
  readonly epilogue: Epilogue;
}

/** Computes a result from a source image: y from x, or dx from dy. */
export type ImageKernel = (call: Call, g: ConvGeometry, operands: ImageOperands) => void;

/** Addresses of what a filter gradient reads and writes. */
export interface GradientOperands {
  readonly x: number;
  readonly dy: number;
  readonly dfilter: number;
}

/** Computes dfilter from x and dy. */
export type FilterGradientKernel = (call: Call, g: ConvGeometry, operands: GradientOperands) => void;
