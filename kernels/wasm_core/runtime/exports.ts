export type {CoreExports} from '../generated/layout.js';

/**
 * Memory that the core computes in, which has to have a maximum. `malloc` gives memory that is aligned to cache
 * lines, and throws where there is none left.
 */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
}
