import {resultOffset, tapSource} from '../common/plan';
import {endInside, firstInside} from '../common/tap_lists';
import {clear, copy} from '../common/vector';
import {F32} from '../shared/blocking';
import {Axis, Conv} from '../shared/plan';

/** copyRuns() of 1, 2 or 3 floats, a constant. */
@inline
function copyShort(count: i32, to: usize, toStep: usize, from: usize, fromStep: usize, end: usize): void {
  for (; to < end; to += toStep, from += fromStep) {
    if (count == 1) f32.store(to, f32.load(from));
    else i64.store(to, i64.load(from));
    if (count == 3) f32.store(to, f32.load(from, 8), 8);
  }
}

/** Copies `runs` runs of `count` floats: up to 12 of them without a branch, 4 to 12 as three vectors, which may overlap. */
function copyRuns(to: usize, toStep: usize, from: usize, fromStep: usize, runs: i32, count: i32): void {
  const end = to + <usize>runs * toStep;
  if (count == 1 && toStep == F32 && fromStep == F32) {
    copy(to, from, runs);
  } else if (count == 1) {
    copyShort(1, to, toStep, from, fromStep, end);
  } else if (count == 2) {
    copyShort(2, to, toStep, from, fromStep, end);
  } else if (count == 3) {
    copyShort(3, to, toStep, from, fromStep, end);
  } else if (count > 12) {
    for (; to < end; to += toStep, from += fromStep) copy(to, from, count);
  } else {
    const last = <usize>(count - 4) * F32;
    const middle = min(last, 16);
    for (; to < end; to += toStep, from += fromStep) {
      v128.store(to, v128.load(from));
      v128.store(to + middle, v128.load(from + middle));
      v128.store(to + last, v128.load(from + last));
    }
  }
}

/** Writes zeros to `runs` runs of `count` floats. */
function clearRuns(to: usize, step: usize, runs: i32, count: i32): void {
  for (const end = to + <usize>runs * step; to < end; to += step) clear(to, count);
}

/** Gathers the taps of one result along a dense width: those in bounds are contiguous in the source. */
function gatherRun(to: usize, line: usize, position: i32, width: Axis, channels: i32, pixel: usize): void {
  const taps = width.taps;
  const first = position + tapSource(width, 0);
  const begin = min(max(-first, 0), taps);
  const end = max(min(width.sourceSize - first, taps), begin);
  if (begin > 0) clear(to, begin * channels);
  copy(to + <usize>(begin * channels) * F32, line + <usize>(first + begin) * pixel, (end - begin) * channels);
  if (end < taps) clear(to + <usize>(end * channels) * F32, (taps - end) * channels);
}

/** gatherRun() of the results tw ... tw + count - 1. The taps of first ... end - 1 are all in bounds. */
function gatherRuns(conv: Conv, line: usize, tw: i32, count: i32, first: i32, end: i32, to: usize, row: usize): void {
  const width = conv.width;
  const channels = conv.groupInChannels;
  const pixel = conv.sourcePixel;
  const step = width.sourceStep;
  const floats = width.taps * channels;
  let m = tw;
  for (const begin = min(first, tw + count); m < begin; m++, to += row) {
    gatherRun(to, line, m * step, width, channels, pixel);
  }
  const from = line + <usize>(m * step + tapSource(width, 0)) * pixel;
  const inside = max(m, min(end, tw + count));
  copyRuns(to, row, from, <usize>step * pixel, inside - m, floats);
  to += <usize>(inside - m) * row;
  m = inside;
  for (; m < tw + count; m++, to += row) gatherRun(to, line, m * step, width, channels, pixel);
}

/** Gathers one tap of the results tw ... tw + count - 1. */
function gatherTap(conv: Conv, n: i32, line: usize, tw: i32, count: i32, to: usize, row: usize): void {
  const channels = conv.groupInChannels;
  const step = conv.width.sourceStep;
  const last = tw + count;
  const first = max(tw, min(firstInside(conv, n), last));
  const end = max(first, min(endInside(conv, n), last));
  clearRuns(to, row, first - tw, channels);
  const from = line + <usize>(first * step + tapSource(conv.width, n)) * conv.sourcePixel;
  copyRuns(to + <usize>(first - tw) * row, row, from, <usize>step * conv.sourcePixel, end - first, channels);
  clearRuns(to + <usize>(end - tw) * row, row, last - end, channels);
}

/**
 * Gathers the rows first ... first + rows - 1 of the im2col matrix of one batch element and group, for the lines of taps
 * firstLine ... firstLine + lines - 1: element (m, k) at to + m * row + k * term, where k counts taps, then channels, which
 * are contiguous.
 */
export function gatherBlock(
  conv: Conv,
  first: i32,
  rows: i32,
  firstLine: i32,
  lines: i32,
  from: usize,
  to: usize,
  row: usize,
  term: usize,
): void {
  const depth = conv.depth;
  const height = conv.height;
  const width = conv.width;
  const channels = conv.groupInChannels;
  const tapBytes = <usize>channels * term;
  const inRuns = width.dense != 0 && conv.sourcePixel == tapBytes;
  const inside = inRuns ? firstInside(conv, 0) : 0;
  const insideEnd = inRuns ? endInside(conv, width.taps - 1) : 0;
  const firstDepth = firstLine / height.taps;
  const firstHeight = firstLine % height.taps;
  let tw = first % width.count;
  let td = first / width.count;
  let th = td % height.count;
  td /= height.count;
  while (rows > 0) {
    const count = min(rows, width.count - tw);
    let i = firstDepth;
    let j = firstHeight;
    let at = to;
    for (let t = 0; t < lines; t++, at += <usize>width.taps * tapBytes) {
      const d = tapSource(depth, i) + td * depth.sourceStep;
      const h = tapSource(height, j) + th * height.sourceStep;
      const line = from + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight;
      if (<u32>d >= <u32>depth.sourceSize || <u32>h >= <u32>height.sourceSize) {
        if (term == F32) clearRuns(at, row, count, width.taps * channels);
        else for (let n = 0; n < width.taps; n++) clear(at + <usize>n * tapBytes, count);
      } else if (inRuns) {
        gatherRuns(conv, line, tw, count, max(tw, inside), insideEnd, at, row);
      } else {
        for (let n = 0; n < width.taps; n++) gatherTap(conv, n, line, tw, count, at + <usize>n * tapBytes, row);
      }
      if (++j < height.taps) continue;
      j = 0;
      i++;
    }
    to += <usize>count * row;
    rows -= count;
    tw = 0;
    if (++th < height.count) continue;
    th = 0;
    td++;
  }
}

/** Writes `rows` results from `first` on, `columns` values each, to the result image. */
export function scatterBlock(
  conv: Conv,
  first: i32,
  rows: i32,
  columns: i32,
  from: usize,
  row: usize,
  to: usize,
): void {
  const width = conv.width.count;
  let at = first;
  while (rows > 0) {
    const segment = min(rows, width - (at % width));
    let pixel = to + resultOffset(conv, at);
    for (let m = 0; m < segment; m++, from += row, pixel += conv.resultPixel) copy(pixel, from, columns);
    at += segment;
    rows -= segment;
  }
}
