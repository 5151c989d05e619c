import {limited} from '../common/activation';
import {ENTRY} from '../common/tap_lists';
import {TAP_BYTES} from './tap_bytes';

/*
 * Depthwise results of two to four taps that follow each other in the filter, as those of lines do. They are bound by loads
 * and by memory, so that their taps are not a loop. Of an image that the caches hold, neighbouring results share what they
 * read (shared_taps.ts). Of a larger one, results are computed one by one (in_order.ts).
 */

/** Taps of these microkernels at most. */
export const FEW_TAPS: i32 = 4;

/** How many taps a list has, if these are two to four that follow each other in the filter; else 0. */
@inline
export function fewTapsOf(list: usize, end: usize): i32 {
  const taps = <i32>((end - list) / ENTRY);
  if (taps < 2 || taps > FEW_TAPS) return 0;
  const apart = load<usize>(end - ENTRY, 4) - load<usize>(list, 4);
  return apart == <usize>(taps - 1) * TAP_BYTES ? taps : 0;
}

/** Stores a vector, limited where `isLimited`. */
@inline
export function storeLimited(to: usize, v: v128, isLimited: bool, low: v128, high: v128): void {
  v128.store(to, isLimited ? limited(v, low, high) : v);
}

/** A limit of the results; anything where there are no limits. */
@inline
export function limitAt(limits: usize, offset: usize): v128 {
  return limits == 0 ? f32x4.splat(0) : v128.load_splat<f32>(limits + offset);
}
