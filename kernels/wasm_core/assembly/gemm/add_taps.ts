import {tapSource} from '../common/plan';
import {F32, VECTOR} from '../shared/blocking';
import {Conv} from '../shared/plan';

/** to[n] += from[n] */
@inline
function addFloats(to: usize, from: usize, count: i32): void {
  let n = 0;
  for (; n + VECTOR <= count; n += VECTOR, to += 16, from += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  }
  for (; n < count; n++, to += F32, from += F32) f32.store(to, f32.load(to) + f32.load(from));
}

/**
 * Writes to every element of the source the sum of what results have for it (col2im): at `filter` are, for each result and
 * tap, as many floats as the source has channels.
 */
export function addTaps(conv: Conv): void {
  const depth = conv.depth;
  const height = conv.height;
  const width = conv.width;
  const channels = conv.groupInChannels;
  const bytes = <usize>channels * F32;
  let from = conv.filter;
  memory.fill(conv.source, 0, <usize>(conv.batch * depth.sourceSize) * conv.sourceDepth);
  for (let batch: usize = 0; batch < <usize>conv.batch; batch++) {
    const image = conv.source + batch * conv.sourceBatch;
    for (let td = 0; td < depth.count; td++) {
      for (let th = 0; th < height.count; th++) {
        for (let tw = 0; tw < width.count; tw++) {
          for (let i = 0; i < depth.taps; i++) {
            const d = tapSource(depth, i) + td * depth.sourceStep;
            for (let j = 0; j < height.taps; j++) {
              const h = tapSource(height, j) + th * height.sourceStep;
              const isOutside = <u32>d >= <u32>depth.sourceSize || <u32>h >= <u32>height.sourceSize;
              const line = image + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight;
              for (let n = 0; n < width.taps; n++, from += bytes) {
                const w = tapSource(width, n) + tw * width.sourceStep;
                if (isOutside || <u32>w >= <u32>width.sourceSize) continue;
                addFloats(line + <usize>w * conv.sourcePixel, from, channels);
              }
            }
          }
        }
      }
    }
  }
}
