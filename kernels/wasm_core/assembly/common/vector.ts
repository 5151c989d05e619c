import {F32, VECTOR} from '../shared/blocking';

/*
 * Rows of floats, by vectors of four.
 */

@inline
export function roundUp(n: i32, multiple: i32): i32 {
  return ((n + multiple - 1) / multiple) * multiple;
}

/** Floats of a row with its padding: full vectors. */
@inline
export function padded(count: i32): i32 {
  return (count + VECTOR - 1) & ~(VECTOR - 1);
}

/** Copies `count` floats. The last vector ends with the last float, so that it may copy some floats again. */
@inline
export function copy(to: usize, from: usize, count: i32): void {
  if (count < 4) {
    for (let n = 0; n < count; n++) f32.store(to + <usize>n * F32, f32.load(from + <usize>n * F32));
    return;
  }
  const last = <usize>(count - 4) * F32;
  for (let n: usize = 0; n < last; n += 16) v128.store(to + n, v128.load(from + n));
  v128.store(to + last, v128.load(from + last));
}


@inline
export function clear(to: usize, count: i32): void {
  let n = 0;
  for (; n + 4 <= count; n += 4) v128.store(to + <usize>n * F32, f32x4.splat(0));
  for (; n < count; n++) f32.store(to + <usize>n * F32, 0);
}

/** Copies `present` floats that are `step` bytes apart, and writes zeros up to `width` floats. */
@inline
export function copyPadded(to: usize, from: usize, step: usize, present: i32, width: i32): void {
  let n = 0;
  if (step == F32) {
    for (; n + 4 <= present; n += 4) v128.store(to + <usize>n * F32, v128.load(from + <usize>n * F32));
  }
  for (; n < present; n++) f32.store(to + <usize>n * F32, f32.load(from + <usize>n * step));
  for (; n < width; n++) f32.store(to + <usize>n * F32, 0);
}

/** 1 to 3 floats, followed by zeros; nothing beyond them is read. */
@inline
export function loadFirst(from: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(from);
  const two = v128.load64_zero(from);
  return count == 2 ? two : v128.load_lane<f32>(from, two, 2, 8);
}

/** Writes the first `count` of four values. */
@inline
export function storeFirst(to: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, value);
    return;
  }
  v128.store_lane<f32>(to, value, 0);
  if (count > 1) v128.store_lane<f32>(to, value, 1, 4);
  if (count > 2) v128.store_lane<f32>(to, value, 2, 8);
}
