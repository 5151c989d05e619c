import {paddedOutChannels, partLength, partStart, resultCount} from '../common/plan';
import {padded} from '../common/vector';
import {F32, RUN_PIXELS} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {leftRow} from './forward';
import {gatherBlock} from './gather';
import {packRun} from './pack';
import {multiply} from './product';

/*
 * The filter's gradient: the transposed im2col matrix of x times dy, a block of pixels at a time. Of the plan, source is
 * x, result is dy (which is read), and filter is the gradient. Scratch memory: a row of zeros, the sums of a run of
 * blocks, the sums of all, the packed block of dy, the gathered block of x.
 */

/** Rows of the gradient of a group: taps * channels. */
@inline
function gradientRows(conv: Conv): i32 {
  return conv.depth.taps * conv.height.taps * conv.width.taps * conv.groupInChannels;
}


@inline
export function sumFloats(conv: Conv): i32 {
  return gradientRows(conv) * paddedOutChannels(conv);
}

export function gemmBackpropFilterScratchBytes(conv: Conv): usize {
  const columns = <usize>paddedOutChannels(conv) * F32;
  const left = conv.pointwise ? <usize>0 : leftRow(conv);
  return columns + 2 * <usize>sumFloats(conv) * F32 + <usize>conv.blockRows * (columns + left);
}

/** total += sums, or total = sums. */
export function addSums(total: usize, sums: usize, count: i32, replace: bool): void {
  for (const end = sums + <usize>count * F32; sums < end; sums += 16, total += 16) {
    const sum = v128.load(sums);
    v128.store(total, replace ? sum : f32x4.add(v128.load(total), sum));
  }
}

/** Adds the products of one block of pixels and `count` output channels from `start` on to the sums, or starts them. */
function addBlock(
  conv: Conv,
  group: i32,
  start: i32,
  count: i32,
  batch: i32,
  first: i32,
  rows: i32,
  fresh: bool,
): void {
  const columns = padded(count);
  const cRow = <usize>columns * F32;
  const lineDepth = conv.width.taps * conv.groupInChannels;
  const lines = conv.depth.taps * conv.height.taps;
  const zeros = conv.scratch;
  const sums = zeros + cRow;
  const panels = sums + 2 * <usize>(gradientRows(conv) * columns) * F32;
  const left = panels + <usize>conv.blockRows * cRow;
  const source = conv.source + <usize>batch * conv.sourceBatch + <usize>(group * conv.groupInChannels) * F32;
  const dy =
    conv.result +
    <usize>batch * conv.resultBatch +
    <usize>first * conv.resultPixel +
    <usize>(group * conv.groupOutChannels + start) * F32;
  packRun(panels, dy, rows, count, conv.resultPixel);
  for (let line = 0; line < lines; line += conv.blockLines) {
    const height = min(conv.blockLines, lines - line);
    let a = source + <usize>first * conv.sourcePixel;
    let row = conv.sourcePixel;
    if (!conv.pointwise) {
      a = left;
      row = leftRow(conv);
      gatherBlock(conv, first, rows, line, height, source, left, row, F32);
    }
    const c = sums + <usize>(line * lineDepth) * cRow;
    multiply(
      height * lineDepth,
      columns,
      rows,
      a,
      F32,
      row,
      panels,
      rows,
      0,
      c,
      cRow,
      fresh ? zeros : c,
      fresh ? 0 : cRow,
      0,
    );
  }
}

/** Copies the sums of `columns` output channels of a group, from `start` on, to the filter's gradient. */
export function writeGradient(conv: Conv, group: i32, start: i32, columns: i32, from: usize): void {
  const filterRow = <usize>(conv.groups * conv.groupOutChannels) * F32;
  const count = conv.depth.taps * conv.height.taps * conv.width.taps;
  for (let t = 0; t < count; t++) {
    const tap = load<i32>(conv.list + ((<usize>t) << 2));
    let to =
      conv.filter +
      <usize>(tap * conv.groupInChannels) * filterRow +
      <usize>(group * conv.groupOutChannels + start) * F32;
    for (let c = 0; c < conv.groupInChannels; c++) {
      memory.copy(to, from, <usize>columns * F32);
      to += filterRow;
      from += <usize>padded(columns) * F32;
    }
  }
}

/** Computes `columns` output channels of a group, from `start` on. */
function computeChannels(conv: Conv, group: i32, start: i32, columns: i32): void {
  const results = resultCount(conv);
  const length = gradientRows(conv) * padded(columns);
  const zeros = conv.scratch;
  memory.fill(zeros, 0, <usize>padded(columns) * F32);
  const sums = zeros + <usize>padded(columns) * F32;
  const total = sums + <usize>length * F32;
  let pixels = 0;
  let first = true;
  for (let batch = 0; batch < conv.batch; batch++) {
    for (let from = 0; from < results; from += conv.blockRows) {
      const rows = min(conv.blockRows, results - from);
      addBlock(conv, group, start, columns, batch, from, rows, pixels == 0);
      pixels += rows;
      if (pixels < RUN_PIXELS) continue;
      addSums(total, sums, length, first);
      first = false;
      pixels = 0;
    }
  }
  if (pixels > 0 && !first) addSums(total, sums, length, false);
  writeGradient(conv, group, start, columns, first ? sums : total);
}

/**
 * Computes the gradient at the taps of the plan, and leaves other taps as they are: the parts from ... end - 1 of the
 * output channels, counted over the groups.
 */
export function gemmBackpropFilter(conv: Conv, from: i32, end: i32): void {
  end = min(end, conv.groups * conv.parts);
  for (let block = from; block < end; block++) {
    const part = block % conv.parts;
    computeChannels(conv, block / conv.parts, partStart(conv, part), partLength(conv, part));
  }
}
