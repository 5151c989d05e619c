import type {Heap} from './core.js';

/** A packed form of a filter in the core's memory. */
interface Packed {
  readonly owner: Owner;
  readonly form: string;
  readonly pointer: number;
  readonly bytes: number;
  /** The time of the last use, counted in uses of any. */
  used: number;
}

/** The packed forms of one filter. Holds nothing that keeps the filter alive. */
interface Owner {
  readonly filter: WeakRef<object>;
  readonly forms: Map<string, Packed>;
}

/**
 * Filters as the kernels read them, packed at their first use. They live as long as the object that stands for the
 * filter's values, at most until `limit` bytes are in use: then the longest unused ones go. Tensors are immutable: values
 * that somebody changes in place, behind TensorFlow.js' back, are not packed again.
 */
export interface FilterCache {
  /** Where the packed form of a filter is, if it is there. */
  find(filter: object, form: string): number|undefined;
  /** Adds a form that is not there, which `pack` writes at the address that it is given. */
  add(filter: object, form: string, bytes: number, pack: (pointer: number) => void): number;
  /** Drops every form of a filter. */
  drop(filter: object): void;
  /** Bytes in use. */
  bytes(): number;
}

export interface FilterCacheOptions {
  /** Default 512 MiB. */
  readonly limit?: number;
  /** Whether the values of a filter are still there; what is not goes when the next filter comes. Default: yes. */
  readonly isAlive?: (filter: object) => boolean;
}

export function createFilterCache(
    heap: Heap, {limit = 512 * 1024 * 1024, isAlive = () => true}: FilterCacheOptions = {}): FilterCache {
  const owners = new WeakMap<object, Owner>();
  const all = new Set<Packed>();
  let total = 0;
  let uses = 0;

  function release(packed: Packed): void {
    all.delete(packed);
    packed.owner.forms.delete(packed.form);
    heap.free(packed.pointer);
    total -= packed.bytes;
  }

  const releaseAll = (owner: Owner): void => [...owner.forms.values()].forEach(release);
  const collected = new FinalizationRegistry<Owner>(releaseAll);

  function ownerOf(filter: object): Owner {
    const known = owners.get(filter);
    if (known !== undefined) return known;
    const owner: Owner = {filter: new WeakRef(filter), forms: new Map()};
    owners.set(filter, owner);
    collected.register(filter, owner);
    return owner;
  }

  const longestUnused = (): Packed => [...all].reduce((oldest, packed) => packed.used < oldest.used ? packed : oldest);

  /** Memory for a packed filter: what is longest unused makes room where the limit or the heap ends. */
  function allocate(bytes: number): number {
    for (;;) {
      try {
        if (total + bytes <= limit || all.size === 0) return heap.malloc(bytes);
      } catch (error) {
        if (all.size === 0) throw error;
      }
      release(longestUnused());
    }
  }

  /** Drops filters whose values are gone, before anybody notices that the objects that stand for them are. */
  function sweep(): void {
    const gone = [...all].filter(({owner}) => {
      const filter = owner.filter.deref();
      return filter === undefined || !isAlive(filter);
    });
    gone.forEach(release);
  }

  function add(filter: object, form: string, bytes: number, pack: (pointer: number) => void): number {
    sweep();
    const pointer = allocate(bytes);
    try {
      pack(pointer);
    } catch (error) {
      heap.free(pointer);
      throw error;
    }
    const owner = ownerOf(filter);
    const packed = {owner, form, pointer, bytes, used: uses++};
    owner.forms.set(form, packed);
    all.add(packed);
    total += bytes;
    return pointer;
  }

  function find(filter: object, form: string): number|undefined {
    const packed = owners.get(filter)?.forms.get(form);
    if (packed === undefined) return undefined;
    packed.used = uses++;
    return packed.pointer;
  }

  return {
    find,
    add,
    drop(filter) {
      const owner = owners.get(filter);
      if (owner !== undefined) releaseAll(owner);
    },
    bytes: () => total,
  };
}
