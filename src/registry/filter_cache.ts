/** A packed form of a filter. */
interface Packed<Place> {
  readonly place: Place;
  readonly bytes: number;
  /** When it was used last, counted in uses of any form. */
  used: number;
}

/** Where packed filters are stored: places in a memory, of sizes in whatever unit it is measured. */
export interface FilterMemory<Size, Place> {
  /** @throws where there is no memory left. */
  malloc(size: Size): Place;
  free(place: Place): void;
  bytesOf(size: Size): number;
}

/**
 * Filters as the kernels read them, packed at their first use. A packed filter is kept until the tensor data that it was
 * made of is disposed, or until its memory is needed: at most `limit` bytes are kept, and every other allocation of the
 * memory comes first (`makeRoom`). The longest unused forms go first; what the running call uses stays.
 *
 * Tensors are immutable: values that somebody changes in place, in the array that `dataSync()` gives, are not packed
 * again.
 */
export interface FilterCache<Size, Place> {
  /** Begins a call. The forms that it finds and adds stay at their places until the next call begins. */
  startCall(): void;
  /** The place of a form of a filter, if it is kept. */
  find(filter: object, form: string): Place | undefined;
  /** startCall() and find(), for calls that use one form. */
  findAgain(filter: object, form: string): Place | undefined;
  /** Adds a form that is not kept yet, which `pack` writes at the place that it is given. */
  add(filter: object, form: string, size: Size, pack: (place: Place) => void): Place;
  /** Drops every form of a filter. */
  drop(filter: object): void;
  /** The result of `allocate`. Where that throws, forms are dropped, one after the other, and it is tried again. */
  makeRoom<T>(allocate: () => T): T;
  /** Bytes of all forms, without those of disposed filters. Not to be asked within a call. */
  bytes(): number;
}

export interface FilterCacheOptions {
  /** Bytes to keep at most. A call that uses more than that keeps what it uses. */
  readonly limit: number;
  /** Whether the data of a filter is not disposed. */
  readonly isAlive: (filter: object) => boolean;
}

export function createFilterCache<Size, Place>(
  memory: FilterMemory<Size, Place>,
  {limit, isAlive}: FilterCacheOptions,
): FilterCache<Size, Place> {
  // The keys are plain objects that hold no values, and go with the forms of what is disposed.
  const filters = new Map<object, Map<string, Packed<Place>>>();
  let total = 0;
  let uses = 0;
  let callStart = 0;

  /** Drops a form; returns whether the filter has no other one. */
  function release(forms: Map<string, Packed<Place>>, form: string, {place, bytes}: Packed<Place>): boolean {
    forms.delete(form);
    total -= bytes;
    memory.free(place);
    return forms.size === 0;
  }

  /** Drops the forms of a filter that were used before a time. */
  function releaseBefore(filter: object, before: number): void {
    const forms = filters.get(filter);
    forms?.forEach((packed, form) => {
      if (packed.used < before && release(forms, form, packed)) filters.delete(filter);
    });
  }

  /** Drops forms of disposed filters, those that were used before a time; returns whether there were any. */
  function sweep(before: number): boolean {
    const kept = total;
    // Written with keys(), as this runs whenever a filter comes and entries() takes twice as long.
    for (const filter of filters.keys()) {
      if (!isAlive(filter)) releaseBefore(filter, before);
    }
    return total < kept;
  }

  /** Drops the longest unused form that the running call does not use; returns whether there is one. */
  function evict(): boolean {
    let oldest = callStart;
    let drop: (() => void) | undefined;
    for (const [filter, forms] of filters) {
      for (const [form, packed] of forms) {
        if (packed.used >= oldest) continue;
        oldest = packed.used;
        drop = () => {
          if (release(forms, form, packed)) filters.delete(filter);
        };
      }
    }
    drop?.();
    return drop !== undefined;
  }

  function makeRoom<T>(allocate: () => T): T {
    for (;;) {
      try {
        return allocate();
      } catch (error) {
        if (!sweep(callStart) && !evict()) throw error;
      }
    }
  }

  /*
   * Nobody says when a tensor is disposed. So whatever needs memory sweeps first, and a garbage collection makes a sweep
   * too: it takes an object that nothing else refers to, one at a time, so that loops that never await register no more.
   */
  let awaitsCollection = false;
  const collected = new FinalizationRegistry(() => {
    awaitsCollection = false;
    sweep(Infinity);
    awaitCollection();
  });
  function awaitCollection(): void {
    if (awaitsCollection || filters.size === 0) return;
    awaitsCollection = true;
    collected.register({}, undefined);
  }

  function place(size: Size): Place {
    sweep(callStart);
    while (total + memory.bytesOf(size) > limit && evict());
    return makeRoom(() => memory.malloc(size));
  }

  function keep(filter: object, form: string, packed: Packed<Place>): void {
    const forms = filters.get(filter);
    if (forms === undefined) filters.set(filter, new Map([[form, packed]]));
    else forms.set(form, packed);
    total += packed.bytes;
    awaitCollection();
  }

  return {
    makeRoom,
    startCall() {
      callStart = uses;
    },
    find(filter, form) {
      const packed = filters.get(filter)?.get(form);
      if (packed === undefined) return undefined;
      packed.used = uses++;
      return packed.place;
    },
    findAgain(filter, form) {
      callStart = uses;
      const packed = filters.get(filter)?.get(form);
      if (packed === undefined) return undefined;
      packed.used = uses++;
      return packed.place;
    },
    add(filter, form, size, pack) {
      const made = place(size);
      try {
        pack(made);
      } catch (error) {
        memory.free(made);
        throw error;
      }
      keep(filter, form, {place: made, bytes: memory.bytesOf(size), used: uses++});
      return made;
    },
    drop(filter) {
      releaseBefore(filter, Infinity);
    },
    bytes() {
      sweep(Infinity);
      return total;
    },
  };
}
