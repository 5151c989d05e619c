import {activateRows, isLimited, LIMITS_BYTES, writeLimits} from '../common/activation';
import {resultLines, tapCount, tapSource} from '../common/plan';
import {readLines, readsAhead} from '../common/read_ahead';
import {endInside, ENTRY, firstInside, listResult} from '../common/tap_lists';
import {padded} from '../common/vector';
import {
  BATCH_BYTES,
  BATCH_WIDTH,
  BATCHES_LEAST,
  DEPTHWISE_CHANNELS,
  F32,
  IN_ORDER_CHANNELS,
  NEAR_BYTES,
} from '../shared/blocking';
import {Axis, Conv} from '../shared/plan';
import {computeFewChannels, computeFewResults, fewResults} from './few_channels';
import {computeResults, repeated} from './microkernel';
import {FEW_TAPS} from './few_taps';
import {computePadded, isPadded, padImage, paddedBytes} from './padded';
import {computeRuns, RUN_CHANNELS, RUN_TAPS} from './runs';
import {TAP_BYTES} from './tap_bytes';

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
  /** Whether few taps read an image in order, as it is too large for the caches. */
  inOrder: bool;
}

const SCRATCH_BYTES: usize = (offsetof<DepthwiseScratch>() + 15) & ~15;


@inline
function initBytes(conv: Conv): usize {
  return <usize>padded(repeated(conv.groupInChannels)) * F32;
}

/** Bytes of a list: full vectors. */
@inline
function listBytes(conv: Conv): usize {
  return (ENTRY * <usize>tapCount(conv) + 15) & ~15;
}

export function depthwiseScratchBytes(conv: Conv): usize {
  return SCRATCH_BYTES + LIMITS_BYTES + initBytes(conv) + listBytes(conv) + paddedBytes(conv);
}

/** Taps of an axis that read before a position, for result t. */
function tapsBefore(axis: Axis, t: i32, position: i32): i32 {
  let n = 0;
  while (n < axis.taps && tapSource(axis, n) + t * axis.sourceStep < position) n++;
  return n;
}

/** The end of the results of an axis from t on, before `end`, with the same taps in bounds. */
function sameTaps(axis: Axis, t: i32, end: i32): i32 {
  const outside = tapsBefore(axis, t, 0),
    inside = tapsBefore(axis, t, axis.sourceSize);
  do {
    t++;
  } while (t < end && tapsBefore(axis, t, 0) == outside && tapsBefore(axis, t, axis.sourceSize) == inside);
  return t;
}

/**
 * `count` results that are evenly spaced and read the same taps. `x` is the offset of the first one's source from the list.
 */
function computeSpaced(
  conv: Conv,
  scratch: DepthwiseScratch,
  end: usize,
  count: i32,
  x: usize,
  step: usize,
  to: usize,
  toStep: usize,
): void {
  const channels = conv.groupInChannels;
  if (channels >= DEPTHWISE_CHANNELS) {
    const list = scratch.list;
    const block = scratch.block;
    computeResults(
      count,
      list,
      end,
      channels,
      x,
      step,
      block,
      scratch.init,
      to,
      toStep,
      scratch.limits,
      scratch.inOrder,
    );
  } else if (count >= fewResults(channels)) {
    computeFewResults(count, channels, scratch.list, end, x, step, scratch.init, to, toStep);
  } else {
    for (; count > 0; count--, x += step, to += toStep) {
      computeFewChannels(scratch.list, end, channels, x, scratch.init, to);
    }
  }
}

/** Columns from ... end - 1 of a band of `lines` lines, which read the same taps. */
function bandColumns(
  conv: Conv,
  scratch: DepthwiseScratch,
  source: usize,
  td: i32,
  th: i32,
  from: i32,
  end: i32,
  lines: i32,
  to: usize,
): void {
  const listEnd = listResult(conv, source, td, th, from, scratch.list, conv.filter, TAP_BYTES);
  const lineStep = <usize>conv.height.sourceStep * conv.sourceHeight;
  const pixelStep = <usize>conv.width.sourceStep * conv.sourcePixel;
  const columns = end - from;
  to += <usize>from * conv.resultPixel;
  if (columns < lines) {
    for (let i: usize = 0; i < <usize>columns; i++) {
      const at = to + i * conv.resultPixel;
      computeSpaced(conv, scratch, listEnd, lines, i * pixelStep, lineStep, at, conv.resultHeight);
    }
    return;
  }
  for (let i: usize = 0; i < <usize>lines; i++) {
    const at = to + i * conv.resultHeight;
    computeSpaced(conv, scratch, listEnd, columns, i * lineStep, pixelStep, at, conv.resultPixel);
  }
}

/** Columns from ... end - 1 of a band at the border: those that read the same taps at a time, or result by result. */
function borderColumns(
  conv: Conv,
  scratch: DepthwiseScratch,
  source: usize,
  td: i32,
  th: i32,
  from: i32,
  end: i32,
  lines: i32,
  to: usize,
): void {
  // By the height of the image, not that of the band, which is another one on threads.
  const isTall = conv.height.count >= 2 * fewResults(conv.groupInChannels);
  if (from < end && hasRuns(conv) && (conv.width.taps >= RUN_TAPS || !isTall)) {
    const filter = conv.filter + scratch.block;
    for (let i = 0; i < lines; i++) {
      computeRuns(conv, source, filter, td, th + i, from, end, scratch.init, to + <usize>i * conv.resultHeight);
    }
    return;
  }
  for (let next = from; from < end; from = next) {
    next = sameTaps(conv.width, from, end);
    bandColumns(conv, scratch, source, td, th, from, next, lines, to);
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
  if (channels >= DEPTHWISE_CHANNELS || !repeats(conv, count)) {
    const step = <usize>conv.width.sourceStep * conv.sourcePixel;
    computeSpaced(conv, scratch, end, count, x, step, to, conv.resultPixel);
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
    scratch.inOrder,
  );
  if (count % run == 0) return;
  const last = <usize>(count - run) * conv.sourcePixel;
  computeResults(
    1,
    scratch.list,
    end,
    all,
    x + last,
    0,
    scratch.block,
    scratch.init,
    to + last,
    0,
    scratch.limits,
    scratch.inOrder,
  );
}

/** Whether lines of taps are runs of neighbours of so few channels that vectors can hold taps. */
@inline
function hasRuns(conv: Conv): bool {
  return (
    conv.groupInChannels <= RUN_CHANNELS &&
    conv.width.dense != 0 &&
    conv.width.taps > 0 &&
    conv.sourcePixel == <usize>conv.groupInChannels * F32
  );
}

/** Whether `count` results that do not read neighbouring pixels are computed one by one. */
@inline
function prefersAlone(conv: Conv, count: i32): bool {
  return (hasRuns(conv) && conv.width.taps >= RUN_TAPS) || count < fewResults(conv.groupInChannels);
}

/** The activation of `lines` lines of results. */
function activateLines(conv: Conv, lines: i32, to: usize): void {
  for (; lines > 0; lines--, to += conv.resultHeight) {
    activateRows(
      to,
      conv.resultPixel,
      conv.width.count,
      conv.groupInChannels,
      conv.activation,
      conv.slopes,
      conv.slopeStep,
    );
  }
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
  if (channels < DEPTHWISE_CHANNELS && !repeats(conv, end - first) && prefersAlone(conv, end - first)) {
    first = end = count;
  }
  borderColumns(conv, scratch, source, td, th, 0, first, lines, to);
  // In order, these are the last of the only line.
  if (!scratch.inOrder) borderColumns(conv, scratch, source, td, th, end, count, lines, to);
  const ahead = readsAhead(conv);
  const listEnd = first < end ? listResult(conv, source, td, th, first, scratch.list, conv.filter, TAP_BYTES) : 0;
  const step = <usize>conv.height.sourceStep * conv.sourceHeight;
  for (let i: usize = 0; i < <usize>lines; i++, to += conv.resultHeight) {
    if (ahead) readLines(conv, source, td, th + <i32>i);
    if (first < end) {
      insideLine(conv, scratch, listEnd, end - first, i * step, to + <usize>first * conv.resultPixel);
    }
    if (scratch.inOrder) borderColumns(conv, scratch, source, td, th, end, count, 1, to);
    if (scratch.limits == 0) activateLines(conv, 1, to);
  }
}

/**
 * How many of the next batch elements are computed together, result by result: those of small images, whose lines have too
 * few results for a microkernel.
 */
@inline
function batchesTogether(conv: Conv, left: i32): i32 {
  if (conv.width.count >= BATCH_WIDTH || left < BATCHES_LEAST) return 1;
  const batches = min(left, <i32>(BATCH_BYTES / conv.sourceBatch));
  return batches < max(BATCHES_LEAST, fewResults(conv.groupInChannels)) ? 1 : batches;
}

/** Whether few taps read an image in order: one that the caches do not hold, whose pixels are far apart. */
function isInOrder(conv: Conv): bool {
  return (
    tapCount(conv) <= FEW_TAPS &&
    conv.width.sourceStep == 1 &&
    conv.groupInChannels >= IN_ORDER_CHANNELS &&
    <usize>conv.batch * conv.sourceBatch > NEAR_BYTES
  );
}

/** Computes all results of `batches` batch elements, the first of which is at `source`, and its results at `to`. */
function computeBatches(conv: Conv, scratch: DepthwiseScratch, source: usize, batches: i32, to: usize): void {
  const pixelStep = <usize>conv.width.sourceStep * conv.sourcePixel;
  const lineStep = <usize>conv.height.sourceStep * conv.sourceHeight;
  const count = conv.width.count;
  for (let td = 0; td < conv.depth.count; td++) {
    for (let th = 0, bandEnd = 0; th < conv.height.count; th = bandEnd) {
      bandEnd = sameTaps(conv.height, th, conv.height.count);
      for (let tw = 0, end = 0; tw < count; tw = end) {
        end = sameTaps(conv.width, tw, count);
        const listEnd = listResult(conv, source, td, th, tw, scratch.list, conv.filter, TAP_BYTES);
        for (let h = th; h < bandEnd; h++) {
          for (let w = tw; w < end; w++) {
            const x = <usize>(h - th) * lineStep + <usize>(w - tw) * pixelStep;
            const at = to + <usize>td * conv.resultDepth + <usize>h * conv.resultHeight + <usize>w * conv.resultPixel;
            computeSpaced(conv, scratch, listEnd, batches, x, conv.sourceBatch, at, conv.resultBatch);
          }
        }
      }
    }
  }
  if (scratch.limits != 0) return;
  for (let b: usize = 0; b < <usize>batches; b++) {
    for (let td: usize = 0; td < <usize>conv.depth.count; td++) {
      activateLines(conv, conv.height.count, to + b * conv.resultBatch + td * conv.resultDepth);
    }
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
  scratch.inOrder = isInOrder(conv);
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
  const copies = isPadded(conv);
  const image = scratch.list + listBytes(conv);
  let present: usize = -1;
  while (from < end) {
    const batch = <usize>(from / perBatch);
    const line = from % perBatch;
    const source = conv.source + batch * conv.sourceBatch;
    const to = conv.result + batch * conv.resultBatch;
    const batches = line == 0 && !copies ? batchesTogether(conv, (end - from) / perBatch) : 1;
    if (batches > 1) {
      computeBatches(conv, scratch, source, batches, to);
      from += batches * perBatch;
      continue;
    }
    const td = line / heights;
    const th = line % heights;
    const lines = scratch.inOrder ? 1 : sameTaps(conv.height, th, min(heights, th + end - from)) - th;
    const at = to + <usize>td * conv.resultDepth + <usize>th * conv.resultHeight;
    if (copies) {
      if (batch != present) padImage(conv, source, image);
      present = batch;
      computePadded(conv, image, td, th, lines, scratch.list, scratch.init, at);
      activateLines(conv, lines, at);
    } else {
      computeBand(conv, scratch, source, td, th, lines, at);
    }
    from += lines;
  }
}
