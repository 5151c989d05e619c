/*
 * What shapes and options come to, for calls that are alike. Between long kernels JavaScript has left the caches, and in a
 * layer's first calls it is interpreted: then resolving a call takes as long as computing a small layer.
 */

/** Calls that are remembered; beyond that all are forgotten. */
const LIMIT = 1024;

/** A call with copies of its lists, which are the caller's to change. */
interface Call<T> {
  readonly op: string;
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly options: readonly unknown[];
  readonly resolved: T;
}

/** What equal shapes have in common: a step of the FNV hash for each size. */
function hashOf(x: readonly number[], filter: readonly number[]): number {
  let hash = x.length;
  for (let i = 0; i < x.length; i++) hash = Math.imul(hash ^ x[i], 16777619);
  for (let i = 0; i < filter.length; i++) hash = Math.imul(hash ^ filter[i], 16777619);
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

/** Resolves a call of an op by a pure function of its shapes and options, or knows what came out of it before. */
export type Resolver<Options, T> = (
  op: string,
  x: readonly number[],
  filter: readonly number[],
  options: Options,
  resolve: () => T,
) => T;

/** Remembers calls whose results depend on their shapes and on these options. What throws is not remembered. */
export function remembering<Options, T>(names: ReadonlyArray<keyof Options>): Resolver<Options, T> {
  const known = new Map<number, Array<Call<T>>>();
  let count = 0;

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

  function remember(hash: number, call: Call<T>): void {
    if (count >= LIMIT) {
      known.clear();
      count = 0;
    }
    const calls = known.get(hash);
    if (calls === undefined) known.set(hash, [call]);
    else calls.push(call);
    count++;
  }

  return (op, x, filter, options, resolve) => {
    const hash = hashOf(x, filter);
    const calls = known.get(hash);
    for (let i = 0; calls !== undefined && i < calls.length; i++) {
      if (isCall(calls[i], op, x, filter, options)) return calls[i].resolved;
    }
    const resolved = resolve();
    const copies: unknown[] = [];
    for (let i = 0; i < names.length; i++) {
      const value: unknown = options[names[i]];
      if (!isPlain(value)) return resolved;
      copies.push(Array.isArray(value) ? value.slice() : value);
    }
    remember(hash, {op, x: x.slice(), filter: filter.slice(), options: copies, resolved});
    return resolved;
  };
}
