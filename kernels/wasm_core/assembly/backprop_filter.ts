import {leftRow, paddedColumns, resultCount} from './conv';
import {gatherBlock} from './gather';
import {packRun} from './pack';
import {Conv} from './plan';
import {multiply} from './product';
import {F32} from './target';

/*
 * The filter's gradient: the transposed im2col matrix of x times dy, a block of pixels at a time. Of the plan, source is
 * x, result is dy (which is read), and filter is the gradient. Scratch: a row of zeros, the sums of a run of blocks, the
 * sums of all, the packed block of dy, the gathered block of x.
 */

/** Pixels that are added up in one run, before their sums join the total: so that long sums round less. */
export const RUN_PIXELS: i32 = 4096;

@inline
export function sumFloats(conv: Conv): i32 {
  return conv.depth.taps * conv.height.taps * conv.width.taps * conv.channels * paddedColumns(conv);
}

export function backpropFilterScratchBytes(conv: Conv): usize {
  const columns = <usize>paddedColumns(conv) * F32;
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

/** Adds the products of one block of pixels to the sums, which start from zero where `fresh`. */
function addBlock(conv: Conv, group: i32, batch: i32, first: i32, rows: i32, fresh: bool): void {
  const columns = paddedColumns(conv);
  const cRow = <usize>columns * F32;
  const lineDepth = conv.width.taps * conv.channels;
  const lines = conv.depth.taps * conv.height.taps;
  const zeros = conv.scratch;
  const sums = zeros + cRow;
  const panels = sums + 2 * <usize>sumFloats(conv) * F32;
  const left = panels + <usize>conv.blockRows * cRow;
  const source = conv.source + <usize>batch * conv.sourceBatch + <usize>(group * conv.channels) * F32;
  const dy = conv.result + <usize>batch * conv.resultBatch + <usize>first * conv.resultPixel +
      <usize>(group * conv.columns) * F32;
  packRun(panels, dy, rows, conv.columns, conv.resultPixel);
  for (let line = 0; line < lines; line += conv.blockLines) {
    const count = min(conv.blockLines, lines - line);
    let a = source + <usize>first * conv.sourcePixel;
    let row = conv.sourcePixel;
    if (!conv.pointwise) {
      a = left;
      row = leftRow(conv);
      gatherBlock(conv, first, rows, line, count, source, left, row);
    }
    const c = sums + <usize>(line * lineDepth) * cRow;
    multiply(
        count * lineDepth, columns, rows, a, F32, row, panels, rows, 0, c, cRow, fresh ? zeros : c, fresh ? 0 : cRow,
        0);
  }
}

/** Copies a group's sums to where they stand in the filter's gradient. */
export function writeGradient(conv: Conv, group: i32, taps: usize, from: usize): void {
  const columns = conv.columns;
  const filterRow = <usize>(conv.groups * columns) * F32;
  const count = conv.depth.taps * conv.height.taps * conv.width.taps;
  for (let t = 0; t < count; t++) {
    const tap = load<i32>(taps + (<usize>t << 2));
    let to = conv.filter + <usize>(tap * conv.channels) * filterRow + <usize>(group * columns) * F32;
    for (let c = 0; c < conv.channels; c++) {
      memory.copy(to, from, <usize>columns * F32);
      to += filterRow;
      from += <usize>paddedColumns(conv) * F32;
    }
  }
}

/** Computes the gradient at the taps of the plan, which are the filter's taps[i] (i32); the others are left alone. */
export function backpropFilter(conv: Conv, taps: usize): void {
  const results = resultCount(conv);
  const length = sumFloats(conv);
  const zeros = conv.scratch;
  memory.fill(zeros, 0, <usize>paddedColumns(conv) * F32);
  const sums = zeros + <usize>paddedColumns(conv) * F32;
  const total = sums + <usize>length * F32;
  for (let group = 0; group < conv.groups; group++) {
    let pixels = 0;
    let first = true;
    for (let batch = 0; batch < conv.batch; batch++) {
      for (let from = 0; from < results; from += conv.blockRows) {
        const rows = min(conv.blockRows, results - from);
        addBlock(conv, group, batch, from, rows, pixels == 0);
        pixels += rows;
        if (pixels < RUN_PIXELS) continue;
        addSums(total, sums, length, first);
        first = false;
        pixels = 0;
      }
    }
    if (pixels > 0 && !first) addSums(total, sums, length, false);
    writeGradient(conv, group, taps, first ? sums : total);
  }
}
