import {mad} from '../common/target';
import {F32} from '../shared/blocking';

/*
 * y = (x - mean) * scale / sqrt(variance + epsilon) + offset, per channel, channels last. The order is that of the
 * formula: x * factor + (offset - mean * factor) would lose what x and a large mean have in common.
 */

/** factor[c] = scale[c] / sqrt(variance[c] + epsilon); 1 for a scale that is not there (0). */
function writeFactors(to: usize, variance: usize, scale: usize, epsilon: f32, channels: i32): void {
  for (let c: usize = 0; c < <usize>channels * F32; c += F32) {
    const numerator: f32 = scale != 0 ? f32.load(scale + c) : 1;
    f32.store(to + c, numerator / sqrt<f32>(f32.load(variance + c) + epsilon));
  }
}


@inline
function normalize(x: v128, mean: v128, factor: v128, offset: v128): v128 {
  return mad(f32x4.sub(x, mean), factor, offset);
}

/** `rows` rows of `channels` values. The factors are written to scratch memory, and zeros for an offset that is 0. */
export function batchNorm(
  to: usize,
  from: usize,
  mean: usize,
  variance: usize,
  offset: usize,
  scale: usize,
  epsilon: f32,
  rows: i32,
  channels: i32,
  scratch: usize,
): void {
  const bytes = <usize>channels * F32;
  writeFactors(scratch, variance, scale, epsilon, channels);
  if (offset == 0) {
    offset = scratch + bytes;
    memory.fill(offset, 0, bytes);
  }
  // The last vector of a row ends with the last channel.
  const last = bytes - 16;
  for (let row = 0; row < rows; row++, to += bytes, from += bytes) {
    if (channels < 4) {
      for (let c: usize = 0; c < bytes; c += F32) {
        const centered = f32.load(from + c) - f32.load(mean + c);
        f32.store(to + c, centered * f32.load(scratch + c) + f32.load(offset + c));
      }
      continue;
    }
    for (let c: usize = 0; c < bytes; c += 16) {
      const at = min(c, last);
      v128.store(
        to + at,
        normalize(v128.load(from + at), v128.load(mean + at), v128.load(scratch + at), v128.load(offset + at)),
      );
    }
  }
}
