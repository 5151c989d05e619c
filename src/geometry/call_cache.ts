import {createHashTable, mix} from './hash_table.js';

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

/** What no option is. */
const LIST = Symbol('list');

function hashOf(x: readonly number[], filter: readonly number[]): number {
  let hash = x.length;
  for (let i = 0; i < x.length; i++) hash = mix(hash, x[i]);
  for (let i = 0; i < filter.length; i++) hash = mix(hash, filter[i]);
  return hash;
}

/** Where a list in a key ends that begins at a place and equals this one; -1 if it does not. */
function endOfList(key: readonly unknown[], at: number, list: readonly unknown[]): number {
  for (let i = 0; i < list.length; i++) {
    if (key[at++] !== list[i]) return -1;
  }
  return at;
}

/** The same of an option, whose lists may be of lists. */
function endOfOption(key: readonly unknown[], at: number, option: unknown): number {
  if (!Array.isArray(option)) return key[at] === option ? at + 1 : -1;
  if (key[at] !== LIST || key[at + 1] !== option.length) return -1;
  let end = at + 2;
  for (let i = 0; i < option.length && end >= 0; i++) end = endOfOption(key, end, option[i]);
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
const isPlain = (value: unknown): boolean =>
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

  function isCall(
    {key}: Call<T>,
    op: string,
    x: readonly number[],
    filter: readonly number[],
    options: Options,
  ): boolean {
    if (key[0] !== op || key[1] !== x.length || key[2] !== filter.length) return false;
    let at = endOfList(key, 3, x);
    if (at >= 0) at = endOfList(key, at, filter);
    for (let i = 0; i < names.length && at >= 0; i++) at = endOfOption(key, at, options[names[i]]);
    return at >= 0;
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
