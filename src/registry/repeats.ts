import type {Tensor} from '@tensorflow/tfjs-core';

/*
 * When calls are repeated. A layer runs again and again with the same filter and options, and with an x of the same shape:
 * to check and to resolve a call that is interpreted, or whose layer is tiny, takes longer than to compute it.
 */

/** Whether x can take the place of one of that shape, which was no empty one, of float32. */
export function isLike({dtype, isDisposed, shape}: Tensor, before: readonly number[]): boolean {
  if (dtype !== 'float32' || isDisposed || shape.length !== before.length) return false;
  for (let i = 0; i < before.length; i++) if (shape[i] !== before[i]) return false;
  return true;
}

const {isArray} = Array;

/** Whether two lists, of numbers or of lists, are alike. What is kept is no list of the caller's. */
export function isSameList(kept: unknown, given: unknown): boolean {
  if (!isArray(kept) || !isArray(given) || kept.length !== given.length) return false;
  for (let i = 0; i < kept.length; i++) if (kept[i] !== given[i] && !isSameList(kept[i], given[i])) return false;
  return true;
}

/** An option to keep: callers may change a list that they have passed. */
export const keptOption = <T>(option: T): T => (isArray(option) ? (option.map(keptOption) as T) : option);

/** Calls of one place, one after the other, that were alike and repeated none. */
interface Missed {
  readonly filter: object;
  readonly geometry: object;
  count: number;
}

/**
 * Calls of which one is kept: the second, as much is called once, and then one of so many, as there may be a lasting
 * reason why it is not repeated.
 */
const KEEP_EVERY = 16;

/** Says of a call of a place, which repeated none, whether to keep it. */
export function createMissed(): (place: object, filter: object, geometry: object) => boolean {
  const missed = new WeakMap<object, Missed>();
  return (place, filter, geometry) => {
    const last = missed.get(place);
    if (last?.filter === filter && last.geometry === geometry) return ++last.count % KEEP_EVERY === 2;
    missed.set(place, {filter, geometry, count: 1});
    return false;
  };
}
