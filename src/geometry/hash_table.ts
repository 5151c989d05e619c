const {imul} = Math;

/** What the FNV hash multiplies by. */
export const HASH_PRIME = 16777619;

/** One step of the FNV hash: of a hash and one more number. */
export const mix = (hash: number, n: number): number => imul(hash ^ n, HASH_PRIME);

/** Entries by their hashes. Different ones may have the same hash, so whoever asks has to compare. */
export interface HashTable<T> {
  /** The entries of that hash. */
  find(hash: number): readonly T[];
  add(hash: number, entry: T): void;
}

/** What a table holds; beyond that it forgets everything. */
const LIMIT = 1024;

const NONE: readonly never[] = [];

/** An empty table, which never has more than LIMIT entries. */
export function createHashTable<T>(): HashTable<T> {
  const entries = new Map<number, T[]>();
  let count = 0;
  return {
    find: hash => entries.get(hash) ?? NONE,
    add(hash, entry) {
      if (count >= LIMIT) {
        entries.clear();
        count = 0;
      }
      const same = entries.get(hash);
      if (same === undefined) entries.set(hash, [entry]);
      else same.push(entry);
      count++;
    },
  };
}
