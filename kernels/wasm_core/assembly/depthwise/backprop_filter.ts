import {columnsOf, Conv, partColumn} from '../common/plan';
import {endInside, firstInside} from '../common/tap_lists';
import {F32, mad} from '../common/target';

/*
 * The filter's gradient of a depthwise convolution, channels last. Of the plan, channels and columns are all channels,
 * groups is 1, source is x, result is dy (which is read), and filter is the gradient [taps of the filter, channels].
 * Every line of results adds its sums to the gradient.
 */

/** Floats of a run of results: with what they read, they stay in the L1 cache for all channels. */
const RUN_FLOATS: i32 = 2048;
const LEAST_RUN: i32 = 16;

/** to[c] += sum over m < count of x[m, c] * dy[m, c] */
function addTap(channels: i32, count: i32, x: usize, xStep: usize, dy: usize, dyStep: usize, to: usize): void {
  let c = 0;
  for (; c + 4 <= channels; c += 4) {
    const offset = <usize>c * F32;
    let p = x + offset;
    let q = dy + offset;
    let sum = f32x4.splat(0);
    for (let m = 0; m < count; m++, p += xStep, q += dyStep) sum = mad(v128.load(p), v128.load(q), sum);
    v128.store(to + offset, f32x4.add(v128.load(to + offset), sum));
  }
  for (; c < channels; c++) {
    const offset = <usize>c * F32;
    let sum: f32 = 0;
    for (let m: usize = 0; m < <usize>count; m++) {
      sum += f32.load(x + offset + m * xStep) * f32.load(dy + offset + m * dyStep);
    }
    f32.store(to + offset, f32.load(to + offset) + sum);
  }
}

/** The same for three taps, whose x are `tapStep` and whose sums are at to0, to1 and to2. */
function addThreeTaps(
  channels: i32,
  count: i32,
  x: usize,
  xStep: usize,
  tapStep: usize,
  dy: usize,
  dyStep: usize,
  to0: usize,
  to1: usize,
  to2: usize,
): void {
  const vectors = channels & ~3;
  for (let c = 0; c < vectors; c += 4) {
    const offset = <usize>c * F32;
    let p = x + offset;
    let q = dy + offset;
    let sum0 = f32x4.splat(0),
      sum1 = sum0,
      sum2 = sum0;
    for (let m = 0; m < count; m++, p += xStep, q += dyStep) {
      const v = v128.load(q);
      sum0 = mad(v128.load(p), v, sum0);
      sum1 = mad(v128.load(p + tapStep), v, sum1);
      sum2 = mad(v128.load(p + 2 * tapStep), v, sum2);
    }
    v128.store(to0 + offset, f32x4.add(v128.load(to0 + offset), sum0));
    v128.store(to1 + offset, f32x4.add(v128.load(to1 + offset), sum1));
    v128.store(to2 + offset, f32x4.add(v128.load(to2 + offset), sum2));
  }
  if (vectors == channels) return;
  const offset = <usize>vectors * F32;
  const rest = channels - vectors;
  addTap(rest, count, x + offset, xStep, dy + offset, dyStep, to0 + offset);
  addTap(rest, count, x + offset + tapStep, xStep, dy + offset, dyStep, to1 + offset);
  addTap(rest, count, x + offset + 2 * tapStep, xStep, dy + offset, dyStep, to2 + offset);
}

/** Adds what the results from ... end - 1 of a line add to `channels` channels, at tap n of a line of taps. */
function addRange(conv: Conv, channels: i32, line: usize, dy: usize, n: i32, from: i32, end: i32, to: usize): void {
  if (from >= end) return;
  const first = load<i32>(conv.width.source + ((<usize>n) << 2)) + from * conv.width.sourceStep;
  addTap(
    channels,
    end - from,
    line + <usize>first * conv.sourcePixel,
    <usize>conv.width.sourceStep * conv.sourcePixel,
    dy + <usize>from * conv.resultPixel,
    conv.resultPixel,
    to,
  );
}

/** A line of results at a line of taps, which are those of a list: `channels` channels, whose gradient begins at `filter`. */
function addLine(conv: Conv, channels: i32, line: usize, dy: usize, taps: usize, filter: usize): void {
  const width = conv.width;
  const tapBytes = <usize>conv.channels * F32;
  const run = max(RUN_FLOATS / conv.channels, LEAST_RUN);
  for (let n = 0; n < width.taps;) {
    const to = filter + <usize>load<i32>(taps + ((<usize>n) << 2)) * tapBytes;
    if (n + 3 > width.taps || width.dense == 0) {
      addRange(conv, channels, line, dy, n, firstInside(conv, n), endInside(conv, n), to);
      n++;
      continue;
    }
    const to1 = filter + <usize>load<i32>(taps + ((<usize>(n + 1)) << 2)) * tapBytes;
    const to2 = filter + <usize>load<i32>(taps + ((<usize>(n + 2)) << 2)) * tapBytes;
    // Sources ascend: the first tap decides where all three meet the source, the last one where they end to.
    const first = firstInside(conv, n);
    const end = max(endInside(conv, n + 2), first);
    for (let from = first; from < end; from += run) {
      const w = load<i32>(width.source + ((<usize>n) << 2)) + from * width.sourceStep;
      addThreeTaps(
        channels,
        min(run, end - from),
        line + <usize>w * conv.sourcePixel,
        <usize>width.sourceStep * conv.sourcePixel,
        conv.sourcePixel,
        dy + <usize>from * conv.resultPixel,
        conv.resultPixel,
        to,
        to1,
        to2,
      );
    }
    for (let k = n; k < n + 3; k++) {
      const at = k == n ? to : k == n + 1 ? to1 : to2;
      addRange(conv, channels, line, dy, k, firstInside(conv, k), min(first, endInside(conv, k)), at);
      addRange(conv, channels, line, dy, k, max(end, firstInside(conv, k)), endInside(conv, k), at);
    }
    n += 3;
  }
}

/** Adds the gradient of `channels` channels, from `start` on, to what is there. */
function addChannels(conv: Conv, start: i32, channels: i32): void {
  const first = <usize>start * F32;
  const depth = conv.depth;
  const height = conv.height;
  const lineTaps = (<usize>conv.width.taps) << 2;
  for (let batch: usize = 0; batch < <usize>conv.batch; batch++) {
    for (let td = 0; td < depth.count; td++) {
      for (let th = 0; th < height.count; th++) {
        const dy =
          conv.result + batch * conv.resultBatch + <usize>td * conv.resultDepth + <usize>th * conv.resultHeight + first;
        let list = conv.list;
        for (let i = 0; i < depth.taps; i++) {
          const d = load<i32>(depth.source + ((<usize>i) << 2)) + td * depth.sourceStep;
          for (let j = 0; j < height.taps; j++, list += lineTaps) {
            const h = load<i32>(height.source + ((<usize>j) << 2)) + th * height.sourceStep;
            if (<u32>d >= <u32>depth.sourceSize || <u32>h >= <u32>height.sourceSize) continue;
            const image = conv.source + batch * conv.sourceBatch + first;
            addLine(
              conv,
              channels,
              image + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight,
              dy,
              list,
              conv.filter + first,
            );
          }
        }
      }
    }
  }
}

/** Adds the gradient at the taps of the plan to what is there: that of the parts from ... end - 1 of the channels. */
export function depthwiseBackpropFilter(conv: Conv, from: i32, end: i32): void {
  for (let part = from; part < min(end, conv.parts); part++) {
    addChannels(conv, partColumn(conv, part), columnsOf(conv, part));
  }
}
