import {activateRows} from '../common/activation';
import {Conv} from '../common/plan';
import {depthwiseLines} from '../depthwise/depthwise';
import {packedLength} from '../gemm/product';
import {endInside, ENTRY, firstInside, listResult, tapCount} from '../common/tap_lists';
import {F32, mad, PANEL} from '../common/target';

/*
 * Convolution with few channels or few results per group, without a gathered matrix, which would cost as much as the
 * product: tiles of 6 neighbouring results by 4 columns, or 3 by 8, read the source in place, tap after tap. The filter
 * is packed in panels as for multiply(). More than 6 sums in a loop within a loop are spilled.
 */

export function groupedScratchBytes(conv: Conv): usize {
  return ENTRY * <usize>tapCount(conv) + <usize>conv.groups * paddedColumns(conv) * F32;
}

/** The first `present` values of a vector. */
@inline
function storeFirst(to: usize, v: v128, present: i32): void {
  if (present >= 4) {
    v128.store(to, v);
    return;
  }
  f32.store(to, f32x4.extract_lane(v, 0));
  if (present > 1) f32.store(to, f32x4.extract_lane(v, 1), 4);
  if (present > 2) f32.store(to, f32x4.extract_lane(v, 2), 8);
}

/** `rows` (6, or 1, known when it is inlined) results by 4 columns, `present` of which there are. */
@inline
function narrow(
  rows: i32,
  channels: i32,
  list: usize,
  end: usize,
  x: usize,
  step: usize,
  filter: usize,
  init: v128,
  to: usize,
  toStep: usize,
  present: i32,
): void {
  let y0 = init,
    y1 = init,
    y2 = init,
    y3 = init,
    y4 = init,
    y5 = init;
  for (let entry = list; entry < end; entry += ENTRY) {
    let a = load<usize>(entry) + x;
    let b = filter + load<usize>(entry, 4) * 16;
    for (const last = a + <usize>channels * F32; a < last; a += F32, b += 16) {
      const f = v128.load(b);
      y0 = mad(v128.load_splat<f32>(a), f, y0);
      if (rows == 1) continue;
      let p = a + step;
      y1 = mad(v128.load_splat<f32>(p), f, y1);
      p += step;
      y2 = mad(v128.load_splat<f32>(p), f, y2);
      p += step;
      y3 = mad(v128.load_splat<f32>(p), f, y3);
      p += step;
      y4 = mad(v128.load_splat<f32>(p), f, y4);
      y5 = mad(v128.load_splat<f32>(p + step), f, y5);
    }
  }
  storeFirst(to, y0, present);
  if (rows == 1) return;
  storeFirst((to += toStep), y1, present);
  storeFirst((to += toStep), y2, present);
  storeFirst((to += toStep), y3, present);
  storeFirst((to += toStep), y4, present);
  storeFirst(to + toStep, y5, present);
}

/** `rows` (3, or 1) results by 8 columns, `present` of which there are. */
@inline
function wide(
  rows: i32,
  channels: i32,
  list: usize,
  end: usize,
  x: usize,
  step: usize,
  filter: usize,
  init0: v128,
  init1: v128,
  to: usize,
  toStep: usize,
  present: i32,
): void {
  let y00 = init0,
    y10 = init0,
    y20 = init0;
  let y01 = init1,
    y11 = init1,
    y21 = init1;
  for (let entry = list; entry < end; entry += ENTRY) {
    let a = load<usize>(entry) + x;
    let b = filter + load<usize>(entry, 4) * 32;
    for (const last = a + <usize>channels * F32; a < last; a += F32, b += 32) {
      const f0 = v128.load(b);
      const f1 = v128.load(b, 16);
      let v = v128.load_splat<f32>(a);
      y00 = mad(v, f0, y00);
      y01 = mad(v, f1, y01);
      if (rows == 1) continue;
      const p = a + step;
      v = v128.load_splat<f32>(p);
      y10 = mad(v, f0, y10);
      y11 = mad(v, f1, y11);
      v = v128.load_splat<f32>(p + step);
      y20 = mad(v, f0, y20);
      y21 = mad(v, f1, y21);
    }
  }
  v128.store(to, y00);
  storeFirst(to + 16, y01, present - 4);
  if (rows == 1) return;
  v128.store((to += toStep), y10);
  storeFirst(to + 16, y11, present - 4);
  v128.store((to += toStep), y20);
  storeFirst(to + 16, y21, present - 4);
}

/** A run of results of one group: 6 of them, or 1, at the taps of a list. */
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
  const depth = <usize>(tapCount(conv) * conv.channels);
  const list = conv.scratch;
  const channels = conv.channels;
  const toStep = conv.resultPixel;
  for (let n = 0; n < conv.columns; n += PANEL) {
    const left = conv.columns - n;
    const panel = filter + <usize>n * depth * F32;
    const at = init + <usize>n * F32;
    const y = to + <usize>n * F32;
    const init0 = v128.load(at);
    if (left <= 4) {
      if (rows == 1) narrow(1, channels, list, end, x, step, panel, init0, y, toStep, left);
      else narrow(6, channels, list, end, x, step, panel, init0, y, toStep, left);
      continue;
    }
    const init1 = v128.load(at, 16);
    if (rows == 1) {
      wide(1, channels, list, end, x, step, panel, init0, init1, y, toStep, left);
      continue;
    }
    wide(3, channels, list, end, x, step, panel, init0, init1, y, toStep, left);
    wide(3, channels, list, end, x + 3 * step, step, panel, init0, init1, y + 3 * toStep, toStep, left);
  }
}


@inline
function paddedColumns(conv: Conv): usize {
  return <usize>((conv.columns + 3) & ~3);
}

/** All groups of a run of results, which share the cache lines of their pixels. */
function results(conv: Conv, rows: i32, end: usize, x: usize, step: usize, to: usize): void {
  const depth = tapCount(conv) * conv.channels;
  const filterBytes = <usize>packedLength(depth, conv.columns) * F32;
  const channelBytes = <usize>conv.channels * F32;
  const columnBytes = <usize>conv.columns * F32;
  const initBytes = paddedColumns(conv) * F32;
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

/** One line of results; sources of taps ascend. */
function groupedLine(conv: Conv, source: usize, td: i32, th: i32, to: usize): void {
  const width = conv.width;
  const first = width.taps > 0 ? firstInside(conv, 0) : 0;
  const end = width.taps > 0 ? endInside(conv, width.taps - 1) : 0;
  const tiled = end - first >= 6;
  const step = <usize>width.sourceStep * conv.sourcePixel;
  const channels = <usize>conv.channels;
  if (tiled) {
    const taps = listResult(conv, source, td, th, first, conv.scratch, 0, channels);
    for (let w = first; w < end; w += 6) {
      // The last six start early enough to end with the last one, and do some again.
      const tw = min(w, end - 6);
      results(conv, 6, taps, <usize>(tw - first) * step, step, to + <usize>tw * conv.resultPixel);
    }
  }
  for (let w = 0; w < width.count; w++) {
    if (tiled && w == first) w = end;
    if (w >= width.count) break;
    const taps = listResult(conv, source, td, th, w, conv.scratch, 0, channels);
    results(conv, 1, taps, 0, step, to + <usize>w * conv.resultPixel);
  }
}

/** The bias of every group, padded with zeros to full vectors, behind the list. */
function writeInits(conv: Conv): void {
  const columnBytes = <usize>conv.columns * F32;
  const initBytes = paddedColumns(conv) * F32;
  const inits = conv.scratch + ENTRY * <usize>tapCount(conv);
  memory.fill(inits, 0, <usize>conv.groups * initBytes);
  if (conv.bias == 0) return;
  for (let group: usize = 0; group < <usize>conv.groups; group++) {
    memory.copy(inits + group * initBytes, conv.bias + group * columnBytes, columnBytes);
  }
}

/** Computes the lines of results from ... end - 1 of all batch elements (see depthwise()). */
export function grouped(conv: Conv, from: i32, end: i32): void {
  end = min(end, depthwiseLines(conv));
  writeInits(conv);
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
      conv.groups * conv.columns,
      conv.activation,
      conv.slopes,
      conv.slopeStep,
    );
  }
}
