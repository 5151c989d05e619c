/*
 * Powers of two, by which transforms are kept away from the ends of the range of numbers.
 */

/** The exponent of a number, within the range in which the power of two and its inverse are normal numbers. */
@inline
export function exponentOf(value: f32): i32 {
  return max(-126, min(126, <i32>((reinterpret<u32>(value) >> 23) & 255) - 127));
}


@inline
export function powerOfTwo(exponent: i32): f32 {
  return reinterpret<f32>((<u32>(exponent + 127)) << 23);
}
