import {resultOffset, tapSource} from '../common/plan';
import {endInside, firstInside} from '../common/tap_lists';
import {clear, copy} from '../common/vector';
import {F32} from '../shared/blocking';
import {Axis, Conv} from '../shared/plan';

/** Copies `runs` runs of `count` floats: 4 to 12 of them as three vectors, which may overlap, without a branch. */
function copyRuns(to: usize, toStep: usize, from: usize, fromStep: usize, runs: i32, count: i32): void {
  const end = to + <usize>runs * toStep;
  if (count < 4 || count > 12) {
    for (; to < end; to += toStep, from += fromStep) copy(to, from, count);
    return;
  }
  const last = <usize>(count - 4) * F32;
  const middle = min(last, 16);
  for (; to < end; to += toStep, from += fromStep) {
    v128.store(to, v128.load(from));
    v128.store(to + middle, v128.load(from + middle));
    v128.store(to + last, v128.load(from + last));
  }
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
  let m = tw;
  for (; m < first; m++, to += row) clear(to, channels);
  let from = line + <usize>(m * step + tapSource(conv.width, n)) * conv.sourcePixel;
  for (; m < end; m++, to += row, from += <usize>step * conv.sourcePixel) copy(to, from, channels);
  for (; m < last; m++, to += row) clear(to, channels);
}

/** Gathers one line of taps of results (td, th, tw ... tw + count - 1). `from` is the group's first channel. */
function gatherLine(
  conv: Conv,
  td: i32,
  th: i32,
  tw: i32,
  count: i32,
  tapLine: i32,
  from: usize,
  to: usize,
  row: usize,
): void {
  const width = conv.width;
  const channels = conv.groupInChannels;
  const d = tapSource(conv.depth, tapLine / conv.height.taps) + td * conv.depth.sourceStep;
  const h = tapSource(conv.height, tapLine % conv.height.taps) + th * conv.height.sourceStep;
  if (<u32>d >= <u32>conv.depth.sourceSize || <u32>h >= <u32>conv.height.sourceSize) {
    for (let r = 0; r < count; r++, to += row) clear(to, width.taps * channels);
    return;
  }
  const line = from + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight;
  if (width.dense != 0 && conv.sourcePixel == <usize>channels * F32) {
    gatherRuns(conv, line, tw, count, max(tw, firstInside(conv, 0)), endInside(conv, width.taps - 1), to, row);
    return;
  }
  for (let n = 0; n < width.taps; n++) {
    gatherTap(conv, n, line, tw, count, to + <usize>(n * channels) * F32, row);
  }
}

/**
 * Gathers the rows first ... first + rows - 1 of the im2col matrix of one batch element and group, for the lines of taps
 * firstLine ... firstLine + lines - 1: element (m, k) at to + m * row + k * 4, where k counts taps, then channels.
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
): void {
  const count = conv.width.count;
  const lineBytes = <usize>(conv.width.taps * conv.groupInChannels) * F32;
  let at = first;
  while (rows > 0) {
    const tw = at % count;
    const line = at / count;
    const segment = min(rows, count - tw);
    for (let t = 0; t < lines; t++) {
      gatherLine(
        conv,
        line / conv.height.count,
        line % conv.height.count,
        tw,
        segment,
        firstLine + t,
        from,
        to + <usize>t * lineBytes,
        row,
      );
    }
    to += <usize>segment * row;
    at += segment;
    rows -= segment;
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
