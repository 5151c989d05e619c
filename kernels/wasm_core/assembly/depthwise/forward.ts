import {activateRows, isLimited, LIMITS_BYTES, writeLimits} from '../common/activation';
import {resultLines, tapCount} from '../common/plan';
import {readLines, readsAhead} from '../common/read_ahead';
import {endInside, ENTRY, firstInside, listResult} from '../common/tap_lists';
import {padded} from '../common/vector';
import {DEPTHWISE_CHANNELS, F32, IN_ORDER_CHANNELS, NEAR_BYTES} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {batchesTogether, computeBatches} from './batches';
import {borderColumns, prefersAlone, sameTaps} from './borders';
import {repeated} from './microkernel';
import {computePadded, isPadded, padImage, paddedBytes} from './padded';
import {insideLine, insideStep, repeats} from './spaced';
import {TAP_BYTES} from './tap_bytes';
import {FEW_TAPS, takeList, Taps} from './taps';

/*
 * Depthwise convolution, one filter per channel, channels last: a matrix product would reuse too little, so vectors of
 * channels add up their taps directly (microkernel.ts). In the plan, whose taps ascend, groupInChannels and
 * groupOutChannels are all channels, and groups is 1; the filter is that of packDepthwise().
 *
 * Lines of results with the same taps of the depth and the height in bounds are computed together (a band). At the
 * border, the results of a column of the band are computed together; elsewhere, those along a line.
 *
 * The scratch memory begins with Taps; the limits, the bias, the list and the image with zeros around it follow.
 */

const TAPS_BYTES: usize = (offsetof<Taps>() + 15) & ~15;


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
  return TAPS_BYTES + LIMITS_BYTES + initBytes(conv) + listBytes(conv) + paddedBytes(conv);
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

/** The activation of `batches` batch elements. */
function activateBatches(conv: Conv, batches: i32, to: usize): void {
  for (let b: usize = 0; b < <usize>batches; b++) {
    for (let td: usize = 0; td < <usize>conv.depth.count; td++) {
      activateLines(conv, conv.height.count, to + b * conv.resultBatch + td * conv.resultDepth);
    }
  }
}

/** Computes the band of lines th ... th + lines - 1 of a plane; `source` is the batch element, `to` the first line of results. */
function computeBand(conv: Conv, taps: Taps, source: usize, td: i32, th: i32, lines: i32, to: usize): void {
  const channels = conv.groupInChannels;
  const count = conv.width.count;
  let first = conv.width.taps > 0 ? firstInside(conv, 0) : 0;
  let end = conv.width.taps > 0 ? max(endInside(conv, conv.width.taps - 1), first) : count;
  if (channels < DEPTHWISE_CHANNELS && !repeats(conv, end - first) && prefersAlone(conv, end - first)) {
    first = end = count;
  }
  borderColumns(conv, taps, source, td, th, 0, first, lines, to);
  // In order, these are the last of the only line.
  if (!taps.inOrder) borderColumns(conv, taps, source, td, th, end, count, lines, to);
  const ahead = readsAhead(conv);
  if (first < end) {
    takeList(taps, listResult(conv, source, td, th, first, taps.list, conv.filter, TAP_BYTES), insideStep(conv));
  }
  const step = <usize>conv.height.sourceStep * conv.sourceHeight;
  for (let i: usize = 0; i < <usize>lines; i++, to += conv.resultHeight) {
    if (ahead) readLines(conv, source, td, th + <i32>i);
    if (first < end) insideLine(conv, taps, end - first, i * step, to + <usize>first * conv.resultPixel);
    if (taps.inOrder) borderColumns(conv, taps, source, td, th, end, count, 1, to);
    if (taps.limits == 0) activateLines(conv, 1, to);
  }
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

/** Writes what the microkernels read beside the source. */
function startTaps(conv: Conv): Taps {
  const taps = changetype<Taps>(conv.scratch);
  const limits = conv.scratch + TAPS_BYTES;
  writeLimits(conv.activation, limits);
  taps.limits = isLimited(conv.activation) && conv.groupInChannels >= DEPTHWISE_CHANNELS ? limits : 0;
  taps.inOrder = isInOrder(conv);
  taps.init = limits + LIMITS_BYTES;
  taps.list = taps.init + initBytes(conv);
  taps.block = <usize>tapCount(conv) * TAP_BYTES;
  const channelBytes = <usize>conv.groupInChannels * F32;
  for (let at = taps.init; at + channelBytes <= taps.list; at += channelBytes) {
    if (conv.bias != 0) memory.copy(at, conv.bias, channelBytes);
    else memory.fill(at, 0, channelBytes);
  }
  return taps;
}

/**
 * Computes the lines from ... end - 1 of resultLines(), as far as there are. Ranges of lines may be computed at the same
 * time, each with scratch memory of its own.
 */
export function depthwiseForward(conv: Conv, from: i32, end: i32): void {
  end = min(end, resultLines(conv));
  const taps = startTaps(conv);
  const heights = conv.height.count;
  const perBatch = conv.depth.count * heights;
  const copies = isPadded(conv);
  const image = taps.list + listBytes(conv);
  let present: usize = -1;
  while (from < end) {
    const batch = <usize>(from / perBatch);
    const line = from % perBatch;
    const source = conv.source + batch * conv.sourceBatch;
    const to = conv.result + batch * conv.resultBatch;
    const batches = line == 0 && !copies ? batchesTogether(conv, (end - from) / perBatch) : 1;
    if (batches > 1) {
      computeBatches(conv, taps, source, batches, to);
      if (taps.limits == 0) activateBatches(conv, batches, to);
      from += batches * perBatch;
      continue;
    }
    const td = line / heights;
    const th = line % heights;
    const lines = taps.inOrder ? 1 : sameTaps(conv.height, th, min(heights, th + end - from)) - th;
    const at = to + <usize>td * conv.resultDepth + <usize>th * conv.resultHeight;
    if (copies) {
      if (batch != present) padImage(conv, source, image);
      present = batch;
      computePadded(conv, image, td, th, lines, taps, at);
      activateLines(conv, lines, at);
    } else {
      computeBand(conv, taps, source, td, th, lines, at);
    }
    from += lines;
  }
}
