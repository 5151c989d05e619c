import {createHashTable, HASH_PRIME} from './hash_table.js';

/*
 * Results of resolving shapes and options, for calls that are alike. Between long kernels JavaScript has left the caches,
 * and in a layer's first calls it is interpreted: then resolving a call takes as long as computing a small layer.
 */

/**
 * A call as one list, which takes fewer cache lines than an object of lists: the op, how many sizes x and the filter have,
 * these sizes, then each option; a list among the options is its length, marked by LIST, and its elements.
 */
interface Call<T> {
  readonly key: readonly unknown[];
  readonly resolved: T;
}

// What is looked up globally takes longer than what it does, as long as the engine has not seen much of a function.
const {imul} = Math;
const {isArray} = Array;

/** What no option is. */
const LIST = Symbol('list');

function hashOf(x: readonly number[], filter: readonly number[]): number {
  let hash = x.length;
  for (let i = 0; i < x.length; i++) hash = imul(hash ^ x[i], HASH_PRIME);
  for (let i = 0; i < filter.length; i++) hash = imul(hash ^ filter[i], HASH_PRIME);
  return hash;
}

/** Where a list in a key ends that begins at a place and equals this one; -1 if it does not. Lists may be of lists. */
function endOfList(key: readonly unknown[], at: number, list: readonly unknown[]): number {
  if (key[at] !== LIST || key[at + 1] !== list.length) return -1;
  let end = at + 2;
  for (let i = 0; i < list.length; i++) {
    const element = list[i];
    if (key[end] === element) end++;
    else if (isArray(element)) end = endOfList(key, end, element);
    else return -1;
    if (end < 0) return -1;
  }
  return end;
}

/** An option as a part of a key. */
function addOption(key: unknown[], option: unknown): void {
  if (!Array.isArray(option)) {
    key.push(option);
    return;
  }
  key.push(LIST, option.length);
  option.forEach(element => addOption(key, element));
}

/** Whether an option is what can be told apart by its value: no object, unless a list of numbers or of such lists. */
export const isPlain = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every(element => typeof element === 'number' || (Array.isArray(element) && isPlain(element)))
    : typeof value !== 'object' || value === null;

/** Resolves a call of an op by a pure function of its shapes and options, or finds what it gave before. */
export type Resolver<Options, T> = (
  op: string,
  x: readonly number[],
  filter: readonly number[],
  options: Options,
  resolve: () => T,
) => T;

/**
 * Keeps the results of calls that depend on their shapes and on these options only. Options have been read by then: an
 * option with a getter could change between the call that is resolved and the call that is kept. What throws is not kept.
 */
export function callCache<Options, T>(names: ReadonlyArray<keyof Options>): Resolver<Options, T> {
  const known = createHashTable<Call<T>>();

  // In a loop of its own for each list, as a function call takes longer than what it compares.
  function isCall(
    {key}: Call<T>,
    op: string,
    x: readonly number[],
    filter: readonly number[],
    options: Options,
  ): boolean {
    if (key[0] !== op || key[1] !== x.length || key[2] !== filter.length) return false;
    let at = 3;
    for (let i = 0; i < x.length; i++) if (key[at++] !== x[i]) return false;
    for (let i = 0; i < filter.length; i++) if (key[at++] !== filter[i]) return false;
    for (let i = 0; i < names.length; i++) {
      const option: unknown = options[names[i]];
      if (key[at] === option) at++;
      else if (isArray(option)) at = endOfList(key, at, option);
      else return false;
      if (at < 0) return false;
    }
    return true;
  }

  return (op, x, filter, options, resolve) => {
    const hash = hashOf(x, filter);
    const found = known.find(hash);
    for (let i = 0; i < found.length; i++) {
      if (isCall(found[i], op, x, filter, options)) return found[i].resolved;
    }
    const resolved = resolve();
    const key: unknown[] = [op, x.length, filter.length, ...x, ...filter];
    for (let i = 0; i < names.length; i++) {
      const value: unknown = options[names[i]];
      if (!isPlain(value)) return resolved;
      addOption(key, value);
    }
    known.add(hash, {key, resolved});
    return resolved;
  };
}
