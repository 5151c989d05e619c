import {allocate, closeCall, openCall} from '../call.js';
import type {Call, Filter} from '../types.js';

/*
 * Filters as a kernel reads them, which the cache keeps. A form has a name of everything that packing depends on, as
 * filters of several shapes may share their values.
 */

/** The address of a list of taps, until the call is closed. */
export function writeTaps(call: Call, taps: readonly number[]): number {
  const list = allocate(call, taps.length * 4);
  call.core.words(list + taps.length * 4).set(taps, list / 4);
  return list;
}

/**
 * Adds a form of a filter to the cache. `pack` writes it to an address out of the filter's values at another; what that
 * takes of scratch memory is freed at once.
 */
export const addForm = (
  call: Call,
  filter: Filter,
  form: string,
  bytes: number,
  pack: (packing: Call, to: number, from: number) => void,
): number =>
  call.filters.add(filter.key, form, Math.max(1, bytes), to => {
    const packing = openCall(call);
    try {
      pack(packing, to, filter.read(packing));
    } finally {
      closeCall(packing);
    }
  });
