import {tapSource} from '../common/plan';
import {addEntry} from '../common/tap_lists';
import {clear, copy} from '../common/vector';
import {DEPTHWISE_CHANNELS, F32, PADDED_FLOATS} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {computeResults, repeated} from './microkernel';
import {TAP_BYTES} from './tap_bytes';
import {takeList, Taps} from './taps';

/*
 * Small images of fewer than 8 channels, most results of which are at the border: the image is copied with zeros on both
 * sides, so that vectors of neighbouring results need no border. Scratch memory: the copy, and the results of some lines
 * that are shorter than a vector.
 */

/** Pixels that the taps of a line of results read. */
@inline
function pitch(conv: Conv): i32 {
  const width = conv.width;
  return tapSource(width, width.taps - 1) - tapSource(width, 0) + width.count;
}

/** Lines of an image, of all planes. */
@inline
function sourceLines(conv: Conv): i32 {
  return conv.depth.sourceSize * conv.height.sourceSize;
}


@inline
function lineBytes(conv: Conv): usize {
  return <usize>(pitch(conv) * conv.groupInChannels) * F32;
}

/** Floats that a microkernel computes of a line at once. */
@inline
function runFloats(conv: Conv): i32 {
  return repeated(conv.groupInChannels);
}

/** Whether taps of the width ascend, which those of phases that were copied side by side do not. */
function ascends(conv: Conv): bool {
  for (let n = 1; n < conv.width.taps; n++) {
    if (tapSource(conv.width, n) <= tapSource(conv.width, n - 1)) return false;
  }
  return true;
}

/** Whether images are copied: results read neighbours, and those whose taps are all inside hardly fill a vector. */
export function isPadded(conv: Conv): bool {
  const channels = conv.groupInChannels;
  const width = conv.width;
  const pixel = <usize>channels * F32;
  if (channels >= DEPTHWISE_CHANNELS || width.taps == 0 || width.sourceStep != 1) return false;
  if (conv.sourcePixel != pixel || conv.resultPixel != pixel) return false;
  const reach = pitch(conv) - width.count;
  return (
    (width.count - reach) * channels < 2 * runFloats(conv) &&
    width.count * channels * 2 > runFloats(conv) &&
    sourceLines(conv) * pitch(conv) * channels <= PADDED_FLOATS &&
    ascends(conv)
  );
}

/** Lines of results that are computed beside the image at once. */
const LINES: i32 = 8;

export function paddedBytes(conv: Conv): usize {
  if (!isPadded(conv)) return 0;
  const run = <usize>runFloats(conv) * F32;
  return <usize>sourceLines(conv) * lineBytes(conv) + run + <usize>LINES * run;
}

/** Copies a batch element, whose lines are contiguous. */
export function padImage(conv: Conv, source: usize, to: usize): void {
  const width = conv.width;
  const channels = conv.groupInChannels;
  const first = tapSource(width, 0);
  const begin = min(max(-first, 0), pitch(conv));
  const end = max(min(width.sourceSize - first, pitch(conv)), begin);
  const bytes = <usize>channels * F32;
  for (let d: usize = 0; d < <usize>conv.depth.sourceSize; d++) {
    for (let h: usize = 0; h < <usize>conv.height.sourceSize; h++, to += lineBytes(conv)) {
      const line = source + d * conv.sourceDepth + h * conv.sourceHeight;
      clear(to, begin * channels);
      copy(to + <usize>begin * bytes, line + <usize>(first + begin) * bytes, (end - begin) * channels);
      clear(to + <usize>end * bytes, (pitch(conv) - end) * channels);
    }
  }
  clear(to, runFloats(conv));
}

/** Lists the taps of the first result of line th. */
function listPadded(conv: Conv, image: usize, td: i32, th: i32, list: usize): usize {
  const depth = conv.depth;
  const height = conv.height;
  const width = conv.width;
  const lineTaps = <usize>width.taps * TAP_BYTES;
  let filter = conv.filter;
  for (let i = 0; i < depth.taps; i++) {
    const d = tapSource(depth, i) + td * depth.sourceStep;
    for (let j = 0; j < height.taps; j++, filter += lineTaps) {
      const h = tapSource(height, j) + th * height.sourceStep;
      if (<u32>d >= <u32>depth.sourceSize || <u32>h >= <u32>height.sourceSize) continue;
      const line = image + <usize>(d * height.sourceSize + h) * lineBytes(conv);
      for (let n = 0; n < width.taps; n++) {
        const pixel = <usize>((tapSource(width, n) - tapSource(width, 0)) * conv.groupInChannels) * F32;
        list = addEntry(list, line + pixel, filter + <usize>n * TAP_BYTES);
      }
    }
  }
  return list;
}

/** Computes lines th ... th + lines - 1, whose taps of the depth and the height are the same; `to` is the first of them. */
export function computePadded(conv: Conv, image: usize, td: i32, th: i32, lines: i32, taps: Taps, to: usize): void {
  const run = runFloats(conv);
  const step = <usize>conv.height.sourceStep * lineBytes(conv);
  const floats = conv.width.count * conv.groupInChannels;
  takeList(taps, listPadded(conv, image, td, th, taps.list), step);
  if (floats >= run) {
    for (let n = 0; n < floats; n += run) {
      const at = <usize>min(n, floats - run) * F32;
      computeResults(taps, lines, run, at, step, to + at, conv.resultHeight);
    }
    return;
  }
  const results = image + <usize>sourceLines(conv) * lineBytes(conv) + <usize>run * F32;
  const resultStep = <usize>run * F32;
  let x: usize = 0;
  for (let left = lines; left > 0; left -= LINES) {
    const now = min(left, LINES);
    computeResults(taps, now, run, x, step, results, resultStep);
    for (let i: usize = 0; i < <usize>now; i++, to += conv.resultHeight) copy(to, results + i * resultStep, floats);
    x += <usize>now * step;
  }
}
