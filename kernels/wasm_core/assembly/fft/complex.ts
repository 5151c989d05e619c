import {mad} from '../common/target';

/** Bytes of an element. */
export const E: usize = 32;

/** c - a * b */
@inline
export function nmad(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** Stores x * w. */
@inline
export function storeTimes(p: usize, re: v128, im: v128, w: usize): void {
  const c = v128.load_splat<f32>(w),
    s = v128.load_splat<f32>(w, 4);
  v128.store(p, nmad(im, s, f32x4.mul(re, c)));
  v128.store(p, mad(re, s, f32x4.mul(im, c)), 16);
}
