import {partLength, partStart, tapSource} from '../common/plan';
import {endInside, firstInside} from '../common/tap_lists';
import {mad} from '../common/target';
import {DEPTHWISE_RUN_FLOATS, DEPTHWISE_RUN_LEAST, F32} from '../shared/blocking';
import {Conv} from '../shared/plan';

/*
 * The filter's gradient of a depthwise convolution, channels last. In the plan, groupInChannels and groupOutChannels are
 * all channels, groups is 1, source is x, result is dy (which is read), and filter is the gradient [taps of the filter,
 * channels]. The sums of every line of dy are added to the gradient.
 */

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

/** addTap() for three taps, whose x are `tapStep` bytes apart and whose sums are at to0, to1 and to2. */
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
  const remainder = channels - vectors;
  addTap(remainder, count, x + offset, xStep, dy + offset, dyStep, to0 + offset);
  addTap(remainder, count, x + offset + tapStep, xStep, dy + offset, dyStep, to1 + offset);
  addTap(remainder, count, x + offset + 2 * tapStep, xStep, dy + offset, dyStep, to2 + offset);
}

/** Adds the sums over the results from ... end - 1 of a line, at tap n of a line of taps, for `channels` channels. */
function addRange(conv: Conv, channels: i32, line: usize, dy: usize, n: i32, from: i32, end: i32, to: usize): void {
  if (from >= end) return;
  const first = tapSource(conv.width, n) + from * conv.width.sourceStep;
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

/** Adds the sums over a line of results at the line of taps in a list, for `channels` channels with their gradient at `filter`. */
function addLine(conv: Conv, channels: i32, line: usize, dy: usize, taps: usize, filter: usize): void {
  const width = conv.width;
  const tapBytes = <usize>conv.groupInChannels * F32;
  const run = max(DEPTHWISE_RUN_FLOATS / conv.groupInChannels, DEPTHWISE_RUN_LEAST);
  for (let n = 0; n < width.taps;) {
    const to = filter + <usize>load<i32>(taps + ((<usize>n) << 2)) * tapBytes;
    if (n + 3 > width.taps || width.dense == 0) {
      addRange(conv, channels, line, dy, n, firstInside(conv, n), endInside(conv, n), to);
      n++;
      continue;
    }
    const to1 = filter + <usize>load<i32>(taps + ((<usize>(n + 1)) << 2)) * tapBytes;
    const to2 = filter + <usize>load<i32>(taps + ((<usize>(n + 2)) << 2)) * tapBytes;
    // Sources ascend, so that the first tap decides where all three begin to be in bounds, and the last one where they end.
    const first = firstInside(conv, n);
    const end = max(endInside(conv, n + 2), first);
    for (let from = first; from < end; from += run) {
      const w = tapSource(width, n) + from * width.sourceStep;
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

/** Adds the gradient of `channels` channels from `start` on. */
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
          const d = tapSource(depth, i) + td * depth.sourceStep;
          for (let j = 0; j < height.taps; j++, list += lineTaps) {
            const h = tapSource(height, j) + th * height.sourceStep;
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

/** Adds the gradient at the taps of the plan to the filter's memory: the parts from ... end - 1 of the channels. */
export function depthwiseBackpropFilter(conv: Conv, from: i32, end: i32): void {
  for (let part = from; part < min(end, conv.parts); part++) {
    addChannels(conv, partStart(conv, part), partLength(conv, part));
  }
}
