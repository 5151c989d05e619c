import {mad} from './target';

/*
 * The transforms of the filter's gradient: those of winograd_transform.ts are linear in the tile of inputs d, in the
 * filter g and, backwards, in the tile of gradients y, so that the gradient by g is, with the same matrices,
 *
 *     G'[sum over tiles of (A y A') * (B' d B)]G
 *
 * Each function does one of the two passes, for four channels.
 */

const R: f32 = 0.7071067811865476;

/** Ay for F(4,3): six values to `to`, `step` bytes apart. */
@inline
export function gradientPass6(to: usize, step: usize, y0: v128, y1: v128, y2: v128, y3: v128): void {
  v128.store(to, y0);
  const even1 = mad(y2, f32x4.splat(0.5), y0);
  const odd1 = f32x4.mul(mad(y3, f32x4.splat(0.5), y1), f32x4.splat(R));
  v128.store(to += step, f32x4.add(even1, odd1));
  v128.store(to += step, f32x4.sub(even1, odd1));
  const even2 = mad(y2, f32x4.splat(2), y0);
  const odd2 = f32x4.mul(mad(y3, f32x4.splat(2), y1), f32x4.splat(2 * R));
  v128.store(to += step, f32x4.add(even2, odd2));
  v128.store(to += step, f32x4.sub(even2, odd2));
  v128.store(to += step, y3);
}

/** Ay for F(2,3): four values. */
@inline
export function gradientPass4(to: usize, step: usize, y0: v128, y1: v128): void {
  v128.store(to, y0);
  v128.store(to += step, f32x4.add(y0, y1));
  v128.store(to += step, f32x4.sub(y0, y1));
  v128.store(to += step, y1);
}

/** G'm for F(4,3): three values. */
@inline
export function tapPass6(to: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128): void {
  const scale1 = f32x4.splat(-2.0 / 3), scale2 = f32x4.splat(1.0 / 6);
  const even1 = f32x4.mul(f32x4.add(m1, m2), scale1), odd1 = f32x4.mul(f32x4.sub(m1, m2), scale1);
  const even2 = f32x4.mul(f32x4.add(m3, m4), scale2), odd2 = f32x4.mul(f32x4.sub(m3, m4), scale2);
  v128.store(to, f32x4.add(f32x4.add(m0, even1), even2));
  v128.store(to += step, f32x4.mul(mad(odd2, f32x4.splat(2), odd1), f32x4.splat(R)));
  v128.store(to += step, mad(even1, f32x4.splat(0.5), mad(even2, f32x4.splat(2), m5)));
}

/** G'm for F(2,3). */
@inline
export function tapPass4(to: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128): void {
  const half = f32x4.splat(0.5);
  const even = f32x4.mul(f32x4.add(m1, m2), half);
  v128.store(to, f32x4.add(m0, even));
  v128.store(to += step, f32x4.mul(f32x4.sub(m1, m2), half));
  v128.store(to += step, f32x4.add(even, m3));
}
