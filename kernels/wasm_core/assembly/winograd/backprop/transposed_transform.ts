import {mad} from '../../common/target';

/*
 * The transforms of the filter's gradient. A tile of ../transform.ts is linear in the inputs d and in the filter g, so that
 * the gradient by g is, with the same matrices and the gradient y of the tile,
 *
 *     G'[sum over tiles of (A y A') * (B' d B)]G
 *
 * Each function does one of the two passes, for four channels. G's factors (-2/3 and 1/6, or 1/2) are applied to y,
 * where there is less to multiply.
 */

const R: f32 = 0.7071067811865476;
const FACTOR1: f32 = -2.0 / 3;
const FACTOR2: f32 = 1.0 / 6;

/** Ay for F(4,3), times G's factors: six values to `to`, `step` bytes apart. */
@inline
export function gradientPass6(to: usize, step: usize, y0: v128, y1: v128, y2: v128, y3: v128): void {
  v128.store(to, y0);
  const even1 = f32x4.mul(mad(y2, f32x4.splat(0.5), y0), f32x4.splat(FACTOR1));
  const odd1 = f32x4.mul(mad(y3, f32x4.splat(0.5), y1), f32x4.splat(R * FACTOR1));
  v128.store((to += step), f32x4.add(even1, odd1));
  v128.store((to += step), f32x4.sub(even1, odd1));
  const even2 = f32x4.mul(mad(y2, f32x4.splat(2), y0), f32x4.splat(FACTOR2));
  const odd2 = f32x4.mul(mad(y3, f32x4.splat(2), y1), f32x4.splat(2 * R * FACTOR2));
  v128.store((to += step), f32x4.add(even2, odd2));
  v128.store((to += step), f32x4.sub(even2, odd2));
  v128.store((to += step), y3);
}

/** The same for F(2,3): four values. */
@inline
export function gradientPass4(to: usize, step: usize, y0: v128, y1: v128): void {
  const half = f32x4.splat(0.5);
  v128.store(to, y0);
  v128.store((to += step), f32x4.mul(f32x4.add(y0, y1), half));
  v128.store((to += step), f32x4.mul(f32x4.sub(y0, y1), half));
  v128.store((to += step), y1);
}

/*
 * G'm, without the factors: taps 0, 1 and 2 out of the sums and differences of pairs. Of the second pair, and `last`, for
 * F(2,3) is m3.
 */

@inline
export function tap0(size: i32, m0: v128, even1: v128, even2: v128): v128 {
  const sum = f32x4.add(m0, even1);
  return size == 4 ? f32x4.add(sum, even2) : sum;
}


@inline
export function tap1(size: i32, odd1: v128, odd2: v128): v128 {
  return size == 4 ? f32x4.mul(mad(odd2, f32x4.splat(2), odd1), f32x4.splat(R)) : odd1;
}


@inline
export function tap2(size: i32, even1: v128, even2: v128, last: v128): v128 {
  return size == 4 ? mad(even1, f32x4.splat(0.5), mad(even2, f32x4.splat(2), last)) : f32x4.add(even1, last);
}

/** G'm for F(4,3): three values to `to`, `step` bytes apart. */
@inline
export function tapPass6(to: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128): void {
  const even1 = f32x4.add(m1, m2),
    odd1 = f32x4.sub(m1, m2);
  const even2 = f32x4.add(m3, m4),
    odd2 = f32x4.sub(m3, m4);
  v128.store(to, tap0(4, m0, even1, even2));
  v128.store((to += step), tap1(4, odd1, odd2));
  v128.store((to += step), tap2(4, even1, even2, m5));
}

/** G'm for F(2,3). */
@inline
export function tapPass4(to: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128): void {
  const even1 = f32x4.add(m1, m2),
    odd1 = f32x4.sub(m1, m2);
  v128.store(to, tap0(2, m0, even1, even1));
  v128.store((to += step), tap1(2, odd1, odd1));
  v128.store((to += step), tap2(2, even1, even1, m3));
}
