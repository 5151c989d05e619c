/*
 * What depends on the binary that is compiled: plain SIMD, or relaxed SIMD with its fused multiply-add.
 */

/** Rows of the register tile: as many as leave every accumulator in one of the 16 vector registers. */
export const TILE_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;

/** Columns of the register tile: two vectors. */
export const PANEL: i32 = 8;

/** Bytes of a row of that panel of the right operand. */
export const PANEL_ROW: usize = 32;

/** Bytes of a float. */
export const F32: usize = 4;

/** a * b + c */
@inline
export function mad(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}


@inline
export function roundUp(n: i32, multiple: i32): i32 {
  return ((n + multiple - 1) / multiple) * multiple;
}
