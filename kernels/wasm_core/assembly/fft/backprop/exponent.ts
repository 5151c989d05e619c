import {F32} from '../../shared/blocking';
import {exponentOf, powerOfTwo} from '../exponent';

/*
 * dy is divided by a power of two that brings its largest value to 1 ... 2, so that products of its spectrum neither
 * overflow nor lose digits below the normal range.
 */

/** The exponent of the largest absolute value of `count` floats; 128 where one is not finite. */
export function largestExponent(from: usize, count: i32): i32 {
  let most = f32x4.splat(0);
  const end = from + <usize>count * F32;
  for (; from + 16 <= end; from += 16) most = f32x4.max(most, f32x4.abs(v128.load(from)));
  let largest = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  for (; from < end; from += F32) largest = max(largest, abs(f32.load(from)));
  return largest <= f32.MAX_VALUE ? exponentOf(largest) : 128;
}

/** Multiplies `bytes` bytes of floats, whole vectors, by 2 to the power of `exponent`. */
export function scale(at: usize, bytes: usize, exponent: i32): void {
  const factor = f32x4.splat(powerOfTwo(exponent));
  for (const end = at + bytes; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor));
}
