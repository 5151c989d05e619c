import {F32} from '../shared/blocking';

/*
 * The larger or the smaller of two values each. Where one is NaN the result is a, as b then is neither larger nor smaller.
 */

@inline
function limit(larger: bool, a: v128, b: v128): v128 {
  return larger ? f32x4.pmax(a, b) : f32x4.pmin(a, b);
}

/** `count` results; an operand's values are 4 bytes apart, or 0 where it is a single one. */
@inline
function limitAll(larger: bool, to: usize, a: usize, aStep: usize, b: usize, bStep: usize, count: i32): void {
  let left = v128.load_splat<f32>(a);
  let right = v128.load_splat<f32>(b);
  let n = 0;
  for (; n + 4 <= count; n += 4, to += 16) {
    if (aStep != 0) {
      left = v128.load(a);
      a += 16;
    }
    if (bStep != 0) {
      right = v128.load(b);
      b += 16;
    }
    v128.store(to, limit(larger, left, right));
  }
  for (; n < count; n++, to += F32, a += aStep, b += bStep) {
    const one = limit(larger, v128.load_splat<f32>(a), v128.load_splat<f32>(b));
    f32.store(to, f32x4.extract_lane(one, 0));
  }
}

/** to[n] = a[n] < b[n] ? b[n] : a[n] */
export function maximum(to: usize, a: usize, aStep: usize, b: usize, bStep: usize, count: i32): void {
  if (bStep == 0) limitAll(true, to, a, F32, b, 0, count);
  else if (aStep == 0) limitAll(true, to, a, 0, b, F32, count);
  else limitAll(true, to, a, F32, b, F32, count);
}

/** to[n] = b[n] < a[n] ? b[n] : a[n] */
export function minimum(to: usize, a: usize, aStep: usize, b: usize, bStep: usize, count: i32): void {
  if (bStep == 0) limitAll(false, to, a, F32, b, 0, count);
  else if (aStep == 0) limitAll(false, to, a, 0, b, F32, count);
  else limitAll(false, to, a, F32, b, F32, count);
}
