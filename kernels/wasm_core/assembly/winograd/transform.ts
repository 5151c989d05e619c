import {mad} from '../common/target';

/*
 * The transforms of Winograd convolution, after A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural
 * Networks" (arXiv:1509.09308): a tile y = A'[(G g G') * (B' d B)]A of results, where g is the 3x3 filter, d the tile
 * of inputs, * the product element by element, and ' the transposition. A, B and G are those of the Cook-Toom
 * algorithm, which evaluates polynomials at a few points:
 *
 *     F(2x2, 3x3)  4x4 inputs  points 0, 1, -1, infinity
 *     F(4x4, 3x3)  6x6 inputs  points 0, r, -r, 2r, -2r, infinity with r = sqrt(1/2)
 *
 * Points whose product is 1 keep the matrices' entries, and with them the rounding errors, small: with the 0, 1, -1, 2,
 * -2 of the paper they are twice as large. Each function below does one of the two passes (along the height, along the
 * width), for four channels.
 */

export const R: f32 = 0.7071067811865476;
/** What the filter's polynomial is multiplied by at the points +-r, and at +-2r. */
export const SCALE_1: f32 = -2.0 / 3;
export const SCALE_2: f32 = 1.0 / 6;

/** B'd for F(4,3): six values to `to`, `step` bytes apart. */
@inline
export function inputPass6(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128): void {
  const outer = f32x4.splat(-2.5);
  v128.store(to, f32x4.add(mad(d2, outer, d0), d4));
  const even1 = mad(d2, f32x4.splat(-2), d4);
  const odd1 = f32x4.mul(mad(d1, f32x4.splat(-2), d3), f32x4.splat(R));
  v128.store((to += step), f32x4.add(even1, odd1));
  v128.store((to += step), f32x4.sub(even1, odd1));
  const even2 = mad(d2, f32x4.splat(-0.5), d4);
  const odd2 = f32x4.mul(mad(d1, f32x4.splat(-0.5), d3), f32x4.splat(2 * R));
  v128.store((to += step), f32x4.add(even2, odd2));
  v128.store((to += step), f32x4.sub(even2, odd2));
  v128.store((to += step), f32x4.add(mad(d3, outer, d1), d5));
}

/** B'd for F(2,3): four values. */
@inline
export function inputPass4(to: usize, step: usize, d0: v128, d1: v128, d2: v128, d3: v128): void {
  v128.store(to, f32x4.sub(d0, d2));
  v128.store((to += step), f32x4.add(d1, d2));
  v128.store((to += step), f32x4.sub(d2, d1));
  v128.store((to += step), f32x4.sub(d3, d1));
}

/** Gg for F(4,3): six values. */
@inline
export function filterPass6(to: usize, step: usize, g0: v128, g1: v128, g2: v128): void {
  v128.store(to, g0);
  const odd = f32x4.mul(g1, f32x4.splat(R));
  const even1 = mad(g2, f32x4.splat(0.5), g0);
  const scale1 = f32x4.splat(SCALE_1);
  v128.store((to += step), f32x4.mul(f32x4.add(even1, odd), scale1));
  v128.store((to += step), f32x4.mul(f32x4.sub(even1, odd), scale1));
  const even2 = mad(g2, f32x4.splat(2), g0);
  const odd2 = f32x4.add(odd, odd);
  const scale2 = f32x4.splat(SCALE_2);
  v128.store((to += step), f32x4.mul(f32x4.add(even2, odd2), scale2));
  v128.store((to += step), f32x4.mul(f32x4.sub(even2, odd2), scale2));
  v128.store((to += step), g2);
}

/** Gg for F(2,3): four values. */
@inline
export function filterPass4(to: usize, step: usize, g0: v128, g1: v128, g2: v128): void {
  const even = f32x4.add(g0, g2);
  const half = f32x4.splat(0.5);
  v128.store(to, g0);
  v128.store((to += step), f32x4.mul(f32x4.add(even, g1), half));
  v128.store((to += step), f32x4.mul(f32x4.sub(even, g1), half));
  v128.store((to += step), g2);
}

/*
 * A'm. F(4,3) for points in pairs: the sums and differences of a pair, then the results 0 ... 3 out of them; F(2,3)
 * likewise with one pair.
 */

@inline
export function result0(m0: v128, even1: v128, even2: v128): v128 {
  return f32x4.add(f32x4.add(m0, even1), even2);
}


@inline
export function result1(odd1: v128, odd2: v128): v128 {
  return f32x4.mul(mad(odd2, f32x4.splat(2), odd1), f32x4.splat(R));
}


@inline
export function result2(even1: v128, even2: v128): v128 {
  return mad(even2, f32x4.splat(2), f32x4.mul(even1, f32x4.splat(0.5)));
}


@inline
export function result3(odd1: v128, odd2: v128, m5: v128): v128 {
  return mad(mad(odd1, f32x4.splat(0.5), f32x4.mul(odd2, f32x4.splat(4))), f32x4.splat(R), m5);
}

/** Of F(5,2), the last of whose results it is. */
@inline
export function result4(even1: v128, even2: v128, m5: v128): v128 {
  return mad(even2, f32x4.splat(4), mad(even1, f32x4.splat(0.25), m5));
}

/** A'm for F(4,3): four values to `to`, `step` bytes apart. */
@inline
export function outputPass6(to: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128): void {
  const even1 = f32x4.add(m1, m2),
    odd1 = f32x4.sub(m1, m2);
  const even2 = f32x4.add(m3, m4),
    odd2 = f32x4.sub(m3, m4);
  v128.store(to, result0(m0, even1, even2));
  v128.store((to += step), result1(odd1, odd2));
  v128.store((to += step), result2(even1, even2));
  v128.store((to += step), result3(odd1, odd2, m5));
}

/** A'm for F(2,3): two values. */
@inline
export function outputPass4(to: usize, step: usize, m0: v128, m1: v128, m2: v128, m3: v128): void {
  v128.store(to, f32x4.add(f32x4.add(m0, m1), m2));
  v128.store(to + step, f32x4.add(f32x4.sub(m1, m2), m3));
}
