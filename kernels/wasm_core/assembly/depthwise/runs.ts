import {tapSource} from '../common/plan';
import {mad} from '../common/target';
import {loadFirst, storeFirst} from '../common/vector';
import {F32, VECTOR} from '../shared/blocking';
import {Conv} from '../shared/plan';

/*
 * Results of one or two channels, one by one: the taps of a line are a run of neighbours in the source and in the filter,
 * so vectors hold taps, and the lanes of their sum are added up at the end. For results at the border, and those that are
 * too far apart or too few for vectors of results.
 */

/** Channels that divide a vector, so that a lane belongs to one of them, and that waste no more than half of one. */
export const RUN_CHANNELS: i32 = 2;

/** Taps of a line from which a run takes less time than lanes that are loaded one by one. */
export const RUN_TAPS: i32 = 7;

/** sum + the products of two runs of `floats` floats, lane by lane. */
@inline
function addRun(sum: v128, x: usize, filter: usize, floats: i32): v128 {
  for (; floats >= VECTOR; floats -= VECTOR, x += 16, filter += 16) sum = mad(v128.load(x), v128.load(filter), sum);
  return floats > 0 ? mad(loadFirst(x, floats), loadFirst(filter, floats), sum) : sum;
}

/**
 * The results from ... end - 1 of line th of plane td. `filter` is [taps, channels], and the width's taps read neighbours.
 */
export function computeRuns(
  conv: Conv,
  source: usize,
  filter: usize,
  td: i32,
  th: i32,
  from: i32,
  end: i32,
  init: usize,
  line: usize,
): void {
  const depth = conv.depth;
  const height = conv.height;
  const width = conv.width;
  const channels = conv.groupInChannels;
  const tapBytes = <usize>channels * F32;
  const lineBytes = <usize>width.taps * tapBytes;
  for (let tw = from; tw < end; tw++) {
    const position = tapSource(width, 0) + tw * width.sourceStep;
    const begin = min(max(-position, 0), width.taps);
    const floats = max(min(width.sourceSize - position, width.taps) - begin, 0) * channels;
    const x = source + <usize>(position + begin) * tapBytes;
    let f = filter + <usize>begin * tapBytes;
    let sum = f32x4.splat(0);
    for (let i = 0; i < depth.taps; i++) {
      const d = tapSource(depth, i) + td * depth.sourceStep;
      const plane = x + <usize>d * conv.sourceDepth;
      for (let j = 0; j < height.taps; j++, f += lineBytes) {
        const h = tapSource(height, j) + th * height.sourceStep;
        if (<u32>d >= <u32>depth.sourceSize || <u32>h >= <u32>height.sourceSize) continue;
        sum = addRun(sum, plane + <usize>h * conv.sourceHeight, f, floats);
      }
    }
    const to = line + <usize>tw * conv.resultPixel;
    sum = f32x4.add(sum, v128.shuffle<f64>(sum, sum, 1, 0));
    if (channels == 1) sum = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 1, 0, 3, 2));
    storeFirst(to, f32x4.add(sum, v128.load(init)), channels);
  }
}
