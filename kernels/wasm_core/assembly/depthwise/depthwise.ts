import {activateRows, isLimited, LIMITS_BYTES, writeLimits} from '../common/activation';
import {BLOCK, computeFewChannels, computeResults, repeated, TAP} from './tile';
import {Axis, Conv} from '../common/plan';
import {readLines, readsAhead} from '../common/read_ahead';
import {endInside, ENTRY, firstInside, listResult, tapCount} from '../common/tap_lists';
import {F32} from '../common/target';

/*
 * Depthwise convolution, one filter per channel, channels last: too little reuse for a matrix product, so vectors of
 * channels add up their taps directly (tile.ts). Of the plan, whose taps ascend, channels and columns are all
 * channels, and groups is 1; the filter is that of packDepthwise().
 *
 * Lines of results that meet the same taps of the depth and the height are computed together (a band): the results of
 * a column at the border as neighbours of one another, those whose window is within the line as neighbours along it.
 */

/** Where the parts of the scratch memory are. */
@unmanaged
class Parts {
  /** The bias, or zeros, as often as channels are repeated. */
  init: usize;
  /** The list of taps at hand. */
  list: usize;
  /** Bytes of the packed filter for 8 channels. */
  block: usize;
  /** The limits of the results where tiles apply them, or 0. */
  limits: usize;
}

/** Bytes of Parts, at the beginning of the scratch memory; the limits stand behind it. */
const PARTS_BYTES: usize = 16;


@inline
function initBytes(conv: Conv): usize {
  return <usize>((repeated(conv.channels) + 3) & ~3) * F32;
}

export function depthwiseScratchBytes(conv: Conv): usize {
  return PARTS_BYTES + LIMITS_BYTES + initBytes(conv) + ENTRY * <usize>tapCount(conv);
}

/** Taps of an axis that read before a position, for result t. */
function tapsBefore(axis: Axis, t: i32, position: i32): i32 {
  let n = 0;
  while (n < axis.taps && load<i32>(axis.source + ((<usize>n) << 2)) + t * axis.sourceStep < position) n++;
  return n;
}

/** The end of the lines from `th` on that meet the same taps of the height, before `end`. */
function bandEnd(height: Axis, th: i32, end: i32): i32 {
  const outside = tapsBefore(height, th, 0),
    inside = tapsBefore(height, th, height.sourceSize);
  do {
    th++;
  } while (th < end && tapsBefore(height, th, 0) == outside && tapsBefore(height, th, height.sourceSize) == inside);
  return th;
}

/** One column of the results of a band: `lines` of them. */
function bandColumn(conv: Conv, parts: Parts, source: usize, td: i32, th: i32, tw: i32, lines: i32, to: usize): void {
  const end = listResult(conv, source, td, th, tw, parts.list, conv.filter, TAP);
  const step = <usize>conv.height.sourceStep * conv.sourceHeight;
  const at = to + <usize>tw * conv.resultPixel;
  if (conv.channels >= BLOCK) {
    computeResults(
      lines,
      parts.list,
      end,
      conv.channels,
      0,
      step,
      parts.block,
      parts.init,
      at,
      conv.resultHeight,
      parts.limits,
    );
    return;
  }
  for (let i: usize = 0; i < <usize>lines; i++) {
    computeFewChannels(parts.list, end, conv.channels, i * step, parts.init, at + i * conv.resultHeight);
  }
}

/** `count` results of a line whose windows are within it; `x` is the offset of the first one's source from the list. */
function insideLine(conv: Conv, parts: Parts, end: usize, count: i32, x: usize, to: usize): void {
  const channels = conv.channels;
  const step = <usize>conv.width.sourceStep * conv.sourcePixel;
  if (channels >= BLOCK) {
    computeResults(
      count,
      parts.list,
      end,
      channels,
      x,
      step,
      parts.block,
      parts.init,
      to,
      conv.resultPixel,
      parts.limits,
    );
    return;
  }
  // Neighbouring results as one with more channels; the last one starts early enough to end with the last result.
  const all = repeated(channels);
  const run = all / channels;
  const runStep = <usize>all * F32;
  computeResults(count / run, parts.list, end, all, x, runStep, parts.block, parts.init, to, runStep, parts.limits);
  if (count % run == 0) return;
  const last = <usize>(count - run) * conv.sourcePixel;
  computeResults(1, parts.list, end, all, x + last, 0, parts.block, parts.init, to + last, 0, parts.limits);
}

/** Whether neighbouring results can be computed as one with more channels, and there are so many. */
@inline
function repeats(conv: Conv, count: i32): bool {
  const pixel = <usize>conv.channels * F32;
  return (
    conv.width.sourceStep == 1 &&
    conv.sourcePixel == pixel &&
    conv.resultPixel == pixel &&
    count * conv.channels >= repeated(conv.channels)
  );
}

/** The lines th ... th + lines - 1 of a plane of results, a band; `source` and `to` are those of the plane's batch element. */
function computeBand(conv: Conv, parts: Parts, source: usize, td: i32, th: i32, lines: i32, to: usize): void {
  const channels = conv.channels;
  const count = conv.width.count;
  let first = conv.width.taps > 0 ? firstInside(conv, 0) : 0;
  let end = conv.width.taps > 0 ? max(endInside(conv, conv.width.taps - 1), first) : count;
  if (channels < BLOCK && !repeats(conv, end - first)) first = end = count;
  for (let tw = 0; tw < first; tw++) bandColumn(conv, parts, source, td, th, tw, lines, to);
  for (let tw = end; tw < count; tw++) bandColumn(conv, parts, source, td, th, tw, lines, to);
  const ahead = readsAhead(conv);
  const listEnd = first < end ? listResult(conv, source, td, th, first, parts.list, conv.filter, TAP) : 0;
  const step = <usize>conv.height.sourceStep * conv.sourceHeight;
  for (let i: usize = 0; i < <usize>lines; i++, to += conv.resultHeight) {
    if (ahead) readLines(conv, source, td, th + <i32>i);
    if (first < end) {
      insideLine(conv, parts, listEnd, end - first, i * step, to + <usize>first * conv.resultPixel);
    }
    if (parts.limits != 0) continue;
    activateRows(to, conv.resultPixel, count, channels, conv.activation, conv.slopes, conv.slopeStep);
  }
}

/** Number of lines of results, of all batch elements. */
export function depthwiseLines(conv: Conv): i32 {
  return conv.batch * conv.depth.count * conv.height.count;
}

/** Computes the lines from ... end - 1, as far as there are; any split of them may run at once, each with its own scratch memory. */
export function depthwise(conv: Conv, from: i32, end: i32): void {
  end = min(end, depthwiseLines(conv));
  const parts = changetype<Parts>(conv.scratch);
  const limits = conv.scratch + PARTS_BYTES;
  writeLimits(conv.activation, limits);
  parts.limits = isLimited(conv.activation) && conv.channels >= BLOCK ? limits : 0;
  parts.init = limits + LIMITS_BYTES;
  parts.list = parts.init + initBytes(conv);
  parts.block = <usize>tapCount(conv) * TAP;
  const channelBytes = <usize>conv.channels * F32;
  for (let at = parts.init; at + channelBytes <= parts.list; at += channelBytes) {
    if (conv.bias != 0) memory.copy(at, conv.bias, channelBytes);
    else memory.fill(at, 0, channelBytes);
  }
  const heights = conv.height.count;
  const perBatch = conv.depth.count * heights;
  while (from < end) {
    const batch = <usize>(from / perBatch);
    const td = (from % perBatch) / heights;
    const th = from % heights;
    const lines = bandEnd(conv.height, th, min(heights, th + end - from)) - th;
    computeBand(
      conv,
      parts,
      conv.source + batch * conv.sourceBatch,
      td,
      th,
      lines,
      conv.result + batch * conv.resultBatch + <usize>td * conv.resultDepth + <usize>th * conv.resultHeight,
    );
    from += lines;
  }
}
