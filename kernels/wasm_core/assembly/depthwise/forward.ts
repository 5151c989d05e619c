import {activateRows, isLimited, LIMITS_BYTES, writeLimits} from '../common/activation';
import {resultLines, tapCount, tapSource} from '../common/plan';
import {readLines, readsAhead} from '../common/read_ahead';
import {endInside, ENTRY, firstInside, listResult} from '../common/tap_lists';
import {padded} from '../common/vector';
import {DEPTHWISE_CHANNELS, F32} from '../shared/blocking';
import {Axis, Conv} from '../shared/plan';
import {computeFewChannels, computeFewResults, fewResults} from './few_channels';
import {computeResults, repeated, TAP_BYTES} from './microkernel';

/*
 * Depthwise convolution, one filter per channel, channels last: a matrix product would reuse too little, so vectors of
 * channels add up their taps directly (microkernel.ts). In the plan, whose taps ascend, groupInChannels and
 * groupOutChannels are all channels, and groups is 1; the filter is that of packDepthwise().
 *
 * Lines of results with the same taps of the depth and the height in bounds are computed together (a band). At the
 * border, the results of a column of the band are computed together; elsewhere, those along a line.
 */

/** The beginning of the scratch memory; the limits, the bias and the list follow. */
@unmanaged
class DepthwiseScratch {
  /** The bias, or zeros, as often as the channels are repeated. */
  init: usize;
  /** The list of taps of the present result. */
  list: usize;
  /** Bytes of the packed filter for 8 channels. */
  block: usize;
  /** The limits of the results where the microkernels apply them, or 0. */
  limits: usize;
}

const SCRATCH_BYTES: usize = offsetof<DepthwiseScratch>();


@inline
function initBytes(conv: Conv): usize {
  return <usize>padded(repeated(conv.groupInChannels)) * F32;
}

export function depthwiseScratchBytes(conv: Conv): usize {
  return SCRATCH_BYTES + LIMITS_BYTES + initBytes(conv) + ENTRY * <usize>tapCount(conv);
}

/** Taps of an axis that read before a position, for result t. */
function tapsBefore(axis: Axis, t: i32, position: i32): i32 {
  let n = 0;
  while (n < axis.taps && tapSource(axis, n) + t * axis.sourceStep < position) n++;
  return n;
}

/** The end of the lines from `th` on, before `end`, with the same taps of the height in bounds. */
function bandEnd(height: Axis, th: i32, end: i32): i32 {
  const outside = tapsBefore(height, th, 0),
    inside = tapsBefore(height, th, height.sourceSize);
  do {
    th++;
  } while (th < end && tapsBefore(height, th, 0) == outside && tapsBefore(height, th, height.sourceSize) == inside);
  return th;
}

/** One column of the results of a band of `lines` lines. */
function bandColumn(
  conv: Conv,
  scratch: DepthwiseScratch,
  source: usize,
  td: i32,
  th: i32,
  tw: i32,
  lines: i32,
  to: usize,
): void {
  const end = listResult(conv, source, td, th, tw, scratch.list, conv.filter, TAP_BYTES);
  const step = <usize>conv.height.sourceStep * conv.sourceHeight;
  const at = to + <usize>tw * conv.resultPixel;
  if (conv.groupInChannels >= DEPTHWISE_CHANNELS) {
    computeResults(
      lines,
      scratch.list,
      end,
      conv.groupInChannels,
      0,
      step,
      scratch.block,
      scratch.init,
      at,
      conv.resultHeight,
      scratch.limits,
    );
    return;
  }
  for (let i: usize = 0; i < <usize>lines; i++) {
    computeFewChannels(scratch.list, end, conv.groupInChannels, i * step, scratch.init, at + i * conv.resultHeight);
  }
}

/** Whether `count` neighbouring results can be computed as some with more channels. */
@inline
function repeats(conv: Conv, count: i32): bool {
  const pixel = <usize>conv.groupInChannels * F32;
  return (
    conv.width.sourceStep == 1 &&
    conv.sourcePixel == pixel &&
    conv.resultPixel == pixel &&
    count * conv.groupInChannels >= repeated(conv.groupInChannels)
  );
}

/** `count` results of a line whose windows are inside it; `x` is the offset of the first one's source from the list. */
function insideLine(conv: Conv, scratch: DepthwiseScratch, end: usize, count: i32, x: usize, to: usize): void {
  const channels = conv.groupInChannels;
  const step = <usize>conv.width.sourceStep * conv.sourcePixel;
  if (channels >= DEPTHWISE_CHANNELS) {
    computeResults(
      count,
      scratch.list,
      end,
      channels,
      x,
      step,
      scratch.block,
      scratch.init,
      to,
      conv.resultPixel,
      scratch.limits,
    );
    return;
  }
  if (!repeats(conv, count)) {
    computeFewResults(count, channels, scratch.list, end, x, step, scratch.init, to, conv.resultPixel);
    return;
  }
  // Neighbouring results are computed as one with more channels. The last one ends with the last result.
  const all = repeated(channels);
  const run = all / channels;
  const runStep = <usize>all * F32;
  computeResults(
    count / run,
    scratch.list,
    end,
    all,
    x,
    runStep,
    scratch.block,
    scratch.init,
    to,
    runStep,
    scratch.limits,
  );
  if (count % run == 0) return;
  const last = <usize>(count - run) * conv.sourcePixel;
  computeResults(1, scratch.list, end, all, x + last, 0, scratch.block, scratch.init, to + last, 0, scratch.limits);
}

/** Computes the band of lines th ... th + lines - 1 of a plane; `source` is the batch element, `to` the first line of results. */
function computeBand(
  conv: Conv,
  scratch: DepthwiseScratch,
  source: usize,
  td: i32,
  th: i32,
  lines: i32,
  to: usize,
): void {
  const channels = conv.groupInChannels;
  const count = conv.width.count;
  let first = conv.width.taps > 0 ? firstInside(conv, 0) : 0;
  let end = conv.width.taps > 0 ? max(endInside(conv, conv.width.taps - 1), first) : count;
  if (channels < DEPTHWISE_CHANNELS && !repeats(conv, end - first) && end - first < fewResults(channels)) {
    first = end = count;
  }
  for (let tw = 0; tw < first; tw++) bandColumn(conv, scratch, source, td, th, tw, lines, to);
  for (let tw = end; tw < count; tw++) bandColumn(conv, scratch, source, td, th, tw, lines, to);
  const ahead = readsAhead(conv);
  const listEnd = first < end ? listResult(conv, source, td, th, first, scratch.list, conv.filter, TAP_BYTES) : 0;
  const step = <usize>conv.height.sourceStep * conv.sourceHeight;
  for (let i: usize = 0; i < <usize>lines; i++, to += conv.resultHeight) {
    if (ahead) readLines(conv, source, td, th + <i32>i);
    if (first < end) {
      insideLine(conv, scratch, listEnd, end - first, i * step, to + <usize>first * conv.resultPixel);
    }
    if (scratch.limits != 0) continue;
    activateRows(to, conv.resultPixel, count, channels, conv.activation, conv.slopes, conv.slopeStep);
  }
}

/**
 * Computes the lines from ... end - 1 of resultLines(), as far as there are. Ranges of lines may be computed at the same
 * time, each with scratch memory of its own.
 */
export function depthwiseForward(conv: Conv, from: i32, end: i32): void {
  end = min(end, resultLines(conv));
  const scratch = changetype<DepthwiseScratch>(conv.scratch);
  const limits = conv.scratch + SCRATCH_BYTES;
  writeLimits(conv.activation, limits);
  scratch.limits = isLimited(conv.activation) && conv.groupInChannels >= DEPTHWISE_CHANNELS ? limits : 0;
  scratch.init = limits + LIMITS_BYTES;
  scratch.list = scratch.init + initBytes(conv);
  scratch.block = <usize>tapCount(conv) * TAP_BYTES;
  const channelBytes = <usize>conv.groupInChannels * F32;
  for (let at = scratch.init; at + channelBytes <= scratch.list; at += channelBytes) {
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
      scratch,
      conv.source + batch * conv.sourceBatch,
      td,
      th,
      lines,
      conv.result + batch * conv.resultBatch + <usize>td * conv.resultDepth + <usize>th * conv.resultHeight,
    );
    from += lines;
  }
}
