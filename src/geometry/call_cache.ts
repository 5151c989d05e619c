import {createHashTable, mix} from './hash_table.js';

/*
 * Results of resolving shapes and options, for calls that are alike. Between long kernels JavaScript has left the caches,
 * and in a layer's first calls it is interpreted: then resolving a call takes as long as computing a small layer.
 */

/** A call with copies of its lists, which are the caller's to change. */
interface Call<T> {
  readonly op: string;
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly options: readonly unknown[];
  readonly resolved: T;
}

function hashOf(x: readonly number[], filter: readonly number[]): number {
  let hash = x.length;
  for (let i = 0; i < x.length; i++) hash = mix(hash, x[i]);
  for (let i = 0; i < filter.length; i++) hash = mix(hash, filter[i]);
  return hash;
}

function isSameList(known: readonly unknown[], list: readonly unknown[]): boolean {
  if (known.length !== list.length) return false;
  for (let i = 0; i < known.length; i++) {
    if (known[i] !== list[i]) return false;
  }
  return true;
}

const isSame = (known: unknown, value: unknown): boolean =>
  known === value || (Array.isArray(known) && Array.isArray(value) && isSameList(known, value));

/** Whether an option is what can be told apart by its value: no object, unless a list of numbers. */
const isPlain = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every(element => typeof element === 'number')
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
    call: Call<T>,
    op: string,
    x: readonly number[],
    filter: readonly number[],
    options: Options,
  ): boolean {
    if (call.op !== op || !isSameList(call.x, x) || !isSameList(call.filter, filter)) return false;
    for (let i = 0; i < names.length; i++) {
      if (!isSame(call.options[i], options[names[i]])) return false;
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
    const copies: unknown[] = [];
    for (let i = 0; i < names.length; i++) {
      const value: unknown = options[names[i]];
      if (!isPlain(value)) return resolved;
      copies.push(Array.isArray(value) ? value.slice() : value);
    }
    known.add(hash, {op, x: x.slice(), filter: filter.slice(), options: copies, resolved});
    return resolved;
  };
}
