import {tapCount, tapSource} from '../common/plan';
import {F32} from '../shared/blocking';
import {Axis, Conv} from '../shared/plan';

/*
 * Transforms mix the values of a tile, so that one which is not finite would reach results whose window does not hold it,
 * and values beside others that overflow, or below the normal range, would lose their digits. Such tiles are computed by
 * the definition.
 */

/** Tiles whose results, not yet scaled, are beyond these are computed by the definition, but for those of zeros. */
const LARGEST: f32 = 1e37;
const SMALLEST: f32 = 1e-30;

/** Whether the largest absolute value of a tile's results, or NaN, forbids them. */
@inline
export function isUnsafe(largest: f32): bool {
  return !(largest <= LARGEST) || (largest < SMALLEST && largest > 0);
}

/** Whether isUnsafe() holds for any lane. */
@inline
export function isAnyUnsafe(largest: v128): bool {
  const small = v128.and(f32x4.lt(largest, f32x4.splat(SMALLEST)), f32x4.gt(largest, f32x4.splat(0)));
  return v128.any_true(v128.or(v128.not(f32x4.le(largest, f32x4.splat(LARGEST))), small));
}

/** Taps of an axis that read before an element `bound`, for result t. */
@inline
function tapsBefore(axis: Axis, t: i32, bound: i32): i32 {
  const at = t * axis.sourceStep;
  let n = 0;
  while (n < axis.taps && tapSource(axis, n) + at < bound) n++;
  return n;
}

/**
 * The sum of one result channel for a result: over `channels` channels from `source` on and the taps of the plan, of
 * which `weights` has [channel][tap].
 */
export function directSum(conv: Conv, weights: usize, source: usize, td: i32, th: i32, tw: i32): f32 {
  const depth = conv.depth,
    height = conv.height,
    width = conv.width;
  const begin = tapsBefore(width, tw, 0),
    end = tapsBefore(width, tw, width.sourceSize);
  const taps = <usize>tapCount(conv) * F32;
  let sum: f32 = 0;
  for (let nd = 0; nd < depth.taps; nd++) {
    const d = tapSource(depth, nd) + td * depth.sourceStep;
    if (<u32>d >= <u32>depth.sourceSize) continue;
    for (let nh = 0; nh < height.taps; nh++) {
      const h = tapSource(height, nh) + th * height.sourceStep;
      if (<u32>h >= <u32>height.sourceSize) continue;
      const row = weights + <usize>((nd * height.taps + nh) * width.taps) * F32;
      const line = source + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight;
      for (let n = begin; n < end; n++) {
        let pixel = line + <usize>(tapSource(width, n) + tw * width.sourceStep) * conv.sourcePixel;
        let weight = row + <usize>n * F32;
        for (let i = 0; i < conv.groupInChannels; i++, pixel += F32, weight += taps) {
          sum += f32.load(pixel) * f32.load(weight);
        }
      }
    }
  }
  return sum;
}
