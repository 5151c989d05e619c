import {createFilterCache as createCache} from '../../../src/registry/filter_cache.js';
import type {FilterCache as Cache, FilterCacheOptions} from '../../../src/registry/filter_cache.js';
import type {Heap} from './exports.js';

/** Filters as the core reads them, at addresses of its memory. */
export type FilterCache = Cache<number, number>;

export const createFilterCache = (
  heap: Heap,
  {limit = 512 * 1024 * 1024, isAlive = () => true}: Partial<FilterCacheOptions> = {},
): FilterCache =>
  createCache(
    {malloc: bytes => heap.malloc(bytes), free: pointer => heap.free(pointer), bytesOf: bytes => bytes},
    {limit, isAlive},
  );

/** The heap for everything but packed filters: where it has no memory left, they make room. */
export const heapBefore = (filters: FilterCache, {memory, malloc, free}: Heap): Heap => ({
  memory,
  malloc: bytes => filters.makeRoom(() => malloc(bytes)),
  free,
});
