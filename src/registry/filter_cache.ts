/** A form of a filter in a kernel's memory. */
interface Packed<Place> {
  readonly owner: Owner<Place>;
  readonly form: string;
  readonly place: Place;
  readonly bytes: number;
  /** The time of the last use, counted in uses of any. */
  used: number;
}

/** The forms of one filter. Holds nothing that keeps the filter alive. */
interface Owner<Place> {
  readonly filter: WeakRef<object>;
  readonly forms: Map<string, Packed<Place>>;
}

/** Where forms of filters are: places in memory, of sizes in whatever it is measured by. */
export interface FilterMemory<Size, Place> {
  /** @throws where there is none left. */
  malloc(size: Size): Place;
  free(place: Place): void;
  bytesOf(size: Size): number;
}

/**
 * Filters as the kernels read them, packed at their first use. They live as long as the object that stands for the
 * filter's values, at most until `limit` bytes are in use: then the longest unused ones go. Tensors are immutable: values
 * that somebody changes in place, behind TensorFlow.js' back, are not packed again.
 */
export interface FilterCache<Size, Place> {
  /** Where a form of a filter is, if it is there. */
  find(filter: object, form: string): Place | undefined;
  /** Adds a form that is not there, which `pack` writes at the place that it is given. */
  add(filter: object, form: string, size: Size, pack: (place: Place) => void): Place;
  /** Drops every form of a filter. */
  drop(filter: object): void;
  /** Bytes in use. */
  bytes(): number;
}

export interface FilterCacheOptions {
  /** Of bytes. */
  readonly limit: number;
  /** Whether the values of a filter are still there; what is not goes when the next filter comes. */
  readonly isAlive: (filter: object) => boolean;
}

export function createFilterCache<Size, Place>(
  memory: FilterMemory<Size, Place>,
  {limit, isAlive}: FilterCacheOptions,
): FilterCache<Size, Place> {
  const owners = new WeakMap<object, Owner<Place>>();
  const all = new Set<Packed<Place>>();
  let total = 0;
  let uses = 0;

  function release(packed: Packed<Place>): void {
    all.delete(packed);
    packed.owner.forms.delete(packed.form);
    memory.free(packed.place);
    total -= packed.bytes;
  }

  const releaseAll = (owner: Owner<Place>): void => [...owner.forms.values()].forEach(release);
  const collected = new FinalizationRegistry<Owner<Place>>(releaseAll);

  function ownerOf(filter: object): Owner<Place> {
    const known = owners.get(filter);
    if (known !== undefined) return known;
    const owner: Owner<Place> = {filter: new WeakRef(filter), forms: new Map()};
    owners.set(filter, owner);
    collected.register(filter, owner);
    return owner;
  }

  const longestUnused = (): Packed<Place> =>
    [...all].reduce((oldest, packed) => (packed.used < oldest.used ? packed : oldest));

  /** A place for a form: what is longest unused makes room where the limit or the memory ends. */
  function allocate(size: Size): Place {
    for (;;) {
      try {
        if (total + memory.bytesOf(size) <= limit || all.size === 0) return memory.malloc(size);
      } catch (error) {
        if (all.size === 0) throw error;
      }
      release(longestUnused());
    }
  }

  /** Drops filters whose values are gone, before anybody notices that the objects that stand for them are. */
  function sweep(): void {
    for (const packed of all) {
      const filter = packed.owner.filter.deref();
      if (filter === undefined || !isAlive(filter)) release(packed);
    }
  }

  function add(filter: object, form: string, size: Size, pack: (place: Place) => void): Place {
    sweep();
    const place = allocate(size);
    try {
      pack(place);
    } catch (error) {
      memory.free(place);
      throw error;
    }
    const owner = ownerOf(filter);
    const packed = {owner, form, place, bytes: memory.bytesOf(size), used: uses++};
    owner.forms.set(form, packed);
    all.add(packed);
    total += packed.bytes;
    return place;
  }

  function find(filter: object, form: string): Place | undefined {
    const packed = owners.get(filter)?.forms.get(form);
    if (packed === undefined) return undefined;
    packed.used = uses++;
    return packed.place;
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
