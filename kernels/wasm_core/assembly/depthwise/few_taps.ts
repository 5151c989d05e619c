import {limited} from '../common/activation';

/*
 * What the microkernels of few taps share, whose taps are not a loop: shared_taps.ts, shared_lines.ts and in_order.ts.
 */

/** Neighbouring results that share their sources. */
export const SHARED: i32 = 4;

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
