import {F32, MR_RELAXED_SIMD, MR_SIMD, NR} from '../shared/blocking';

/*
 * What depends on the binary that is compiled: plain SIMD, or relaxed SIMD with its fused multiply-add.
 */

/** Rows of a GEMM or depthwise microkernel. */
export const MR: i32 = ASC_FEATURE_RELAXED_SIMD ? MR_RELAXED_SIMD : MR_SIMD;

/** Bytes of a row of a packed panel. */
export const NR_BYTES: usize = <usize>NR * F32;

/** a * b + c */
@inline
export function mad(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}
