import {activateRows} from '../common/activation';
import {paddedOutChannels, resultLines, tapCount, writeBias} from '../common/plan';
import {endInside, ENTRY, firstInside, listResult} from '../common/tap_lists';
import {packedLength} from '../gemm/pack';
import {F32, NR} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {grouped3x8, grouped6x4} from './microkernel';

/*
 * Convolution with few channels or few results per group, without a gathered matrix, which would cost as much as the
 * product: microkernels read the source in place, tap after tap. The filter is packed in panels as for multiply(). Scratch
 * memory: the list of taps, then the bias of every group, padded with zeros.
 */

export function groupedScratchBytes(conv: Conv): usize {
  return ENTRY * <usize>tapCount(conv) + <usize>(conv.groups * paddedOutChannels(conv)) * F32;
}

/** Computes `rows` (6, or 1) neighbouring results of one group at the taps of a list. */
function groupResults(
  conv: Conv,
  rows: i32,
  filter: usize,
  end: usize,
  x: usize,
  step: usize,
  init: usize,
  to: usize,
): void {
  const depth = <usize>(tapCount(conv) * conv.groupInChannels);
  const list = conv.scratch;
  const channels = conv.groupInChannels;
  const toStep = conv.resultPixel;
  for (let n = 0; n < conv.groupOutChannels; n += NR) {
    const left = conv.groupOutChannels - n;
    const panel = filter + <usize>n * depth * F32;
    const at = init + <usize>n * F32;
    const y = to + <usize>n * F32;
    const init0 = v128.load(at);
    if (left <= 4) {
      if (rows == 1) grouped6x4(1, channels, list, end, x, step, panel, init0, y, toStep, left);
      else grouped6x4(6, channels, list, end, x, step, panel, init0, y, toStep, left);
      continue;
    }
    const init1 = v128.load(at, 16);
    if (rows == 1) {
      grouped3x8(1, channels, list, end, x, step, panel, init0, init1, y, toStep, left);
      continue;
    }
    grouped3x8(3, channels, list, end, x, step, panel, init0, init1, y, toStep, left);
    grouped3x8(3, channels, list, end, x + 3 * step, step, panel, init0, init1, y + 3 * toStep, toStep, left);
  }
}

/** groupResults() for all groups, as they share the cache lines of their pixels. */
function allResults(conv: Conv, rows: i32, end: usize, x: usize, step: usize, to: usize): void {
  const depth = tapCount(conv) * conv.groupInChannels;
  const filterBytes = <usize>packedLength(depth, conv.groupOutChannels) * F32;
  const channelBytes = <usize>conv.groupInChannels * F32;
  const columnBytes = <usize>conv.groupOutChannels * F32;
  const initBytes = <usize>paddedOutChannels(conv) * F32;
  let filter = conv.filter;
  let init = conv.scratch + ENTRY * <usize>tapCount(conv);
  for (let group = 0; group < conv.groups; group++) {
    groupResults(conv, rows, filter, end, x, step, init, to);
    filter += filterBytes;
    x += channelBytes;
    to += columnBytes;
    init += initBytes;
  }
}

/** Computes one line of results. The sources of the taps ascend. */
function groupedLine(conv: Conv, source: usize, td: i32, th: i32, to: usize): void {
  const width = conv.width;
  const first = width.taps > 0 ? firstInside(conv, 0) : 0;
  const end = width.taps > 0 ? endInside(conv, width.taps - 1) : 0;
  const tiled = end - first >= 6;
  const step = <usize>width.sourceStep * conv.sourcePixel;
  const channels = <usize>conv.groupInChannels;
  if (tiled) {
    const taps = listResult(conv, source, td, th, first, conv.scratch, 0, channels);
    for (let w = first; w < end; w += 6) {
      // The last six end with the last result, so that some are computed twice.
      const tw = min(w, end - 6);
      allResults(conv, 6, taps, <usize>(tw - first) * step, step, to + <usize>tw * conv.resultPixel);
    }
  }
  for (let w = 0; w < width.count; w++) {
    if (tiled && w == first) w = end;
    if (w >= width.count) break;
    const taps = listResult(conv, source, td, th, w, conv.scratch, 0, channels);
    allResults(conv, 1, taps, 0, step, to + <usize>w * conv.resultPixel);
  }
}

/** Computes the lines from ... end - 1 of resultLines(), as depthwiseForward() does. */
export function groupedForward(conv: Conv, from: i32, end: i32): void {
  end = min(end, resultLines(conv));
  const inits = conv.scratch + ENTRY * <usize>tapCount(conv);
  const initBytes = <usize>paddedOutChannels(conv) * F32;
  for (let group = 0; group < conv.groups; group++) writeBias(conv, group, inits + <usize>group * initBytes);
  const heights = conv.height.count;
  const perBatch = conv.depth.count * heights;
  for (let i = from; i < end; i++) {
    const batch = <usize>(i / perBatch);
    const td = (i % perBatch) / heights;
    const th = i % heights;
    const to = conv.result + batch * conv.resultBatch + <usize>td * conv.resultDepth + <usize>th * conv.resultHeight;
    groupedLine(conv, conv.source + batch * conv.sourceBatch, td, th, to);
    activateRows(
      to,
      conv.resultPixel,
      conv.width.count,
      conv.groups * conv.groupOutChannels,
      conv.activation,
      conv.slopes,
      conv.slopeStep,
    );
  }
}
