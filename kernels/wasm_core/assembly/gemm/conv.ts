import {activateRows, isLimited, LIMITS_BYTES, writeLimits} from '../common/activation';
import {gatherBlock, scatterBlock} from './gather';
import {Conv, partColumn, resultOffset} from '../common/plan';
import {multiply, packedLength} from './product';
import {F32} from '../common/target';

/*
 * Convolution as a matrix product whose left operand, the im2col matrix [results, taps * channels], is gathered a block
 * at a time into scratch memory. A 1x1 convolution reads the pixels where they stand. Scratch: the init row, the limits
 * of the results, the block of results (where they cannot be written in place), the block of the left operand.
 */

/** Bytes between the rows of a gathered block; not a multiple of 4096, so that rows do not share cache sets. */
@inline
export function leftRow(conv: Conv): usize {
  const depth = conv.width.taps * conv.channels * conv.blockLines;
  return <usize>((depth + 3) & ~3) * F32 + 64;
}


@inline
export function paddedColumns(conv: Conv): i32 {
  return (conv.columns + 3) & ~3;
}

/** Results of the plan in one batch element. */
@inline
export function resultCount(conv: Conv): i32 {
  return conv.depth.count * conv.height.count * conv.width.count;
}

/**
 * Whether the results of a block are evenly spaced in the result image, and their columns need no padding: where the
 * plan's results are one run of pixels, or each block is a line of them.
 */
@inline
function writesInPlace(conv: Conv): bool {
  if ((conv.columns & 3) != 0) return false;
  return (
    conv.blockRows == conv.width.count ||
    (conv.resultHeight == conv.resultPixel * conv.width.count &&
      conv.resultDepth == conv.resultHeight * conv.height.count)
  );
}

/** Where the limits of the results are: behind the init row. */
@inline
function limitsOf(conv: Conv): usize {
  return conv.scratch + <usize>paddedColumns(conv) * F32;
}

/** Bytes of scratch memory that convolve() needs. */
export function scratchBytes(conv: Conv): usize {
  const columns = <usize>paddedColumns(conv) * F32;
  const left = conv.pointwise ? <usize>0 : leftRow(conv);
  return columns + LIMITS_BYTES + <usize>conv.blockRows * (columns + left);
}

/** The group's bias, padded with zeros to full vectors. */
function writeInit(conv: Conv, group: i32, to: usize): void {
  const columns = conv.columns;
  for (let n = 0; n < paddedColumns(conv); n++) {
    const value = conv.bias != 0 && n < columns ? f32.load(conv.bias + <usize>(group * columns + n) * F32) : 0;
    f32.store(to + <usize>n * F32, value);
  }
}

/**
 * The columns from `start` on, before `end`, of one block of results of one batch element and group, where scratch begins
 * with the init row.
 */
function convolveBlock(conv: Conv, group: i32, batch: i32, first: i32, rows: i32, start: i32, end: i32): void {
  const columns = paddedColumns(conv);
  const padded = min(columns, (end + 3) & ~3) - start;
  const lineDepth = conv.width.taps * conv.channels;
  const lines = conv.depth.taps * conv.height.taps;
  const depth = lines * lineDepth;
  const before = <usize>start * F32;
  const groupFilter = conv.filter + <usize>group * <usize>packedLength(depth, conv.columns) * F32;
  const filter = groupFilter + before * <usize>depth;
  const source = conv.source + <usize>batch * conv.sourceBatch + <usize>(group * conv.channels) * F32;
  const image = conv.result + <usize>batch * conv.resultBatch + <usize>(group * conv.columns) * F32 + before;
  const init = conv.scratch + before;
  const limits = isLimited(conv.activation) ? limitsOf(conv) : 0;
  const block = limitsOf(conv) + LIMITS_BYTES;
  const left = block + <usize>(conv.blockRows * columns) * F32;
  const inPlace = writesInPlace(conv);
  const c = inPlace ? image + resultOffset(conv, first) : block + before;
  const cRow = inPlace ? conv.resultPixel : <usize>columns * F32;
  if (conv.pointwise) {
    const a = source + <usize>first * conv.sourcePixel;
    multiply(rows, padded, depth, a, conv.sourcePixel, F32, filter, depth, 0, c, cRow, init, 0, limits);
  } else if (depth == 0) {
    multiply(rows, padded, 0, left, 0, F32, filter, 0, 0, c, cRow, init, 0, limits);
  } else {
    const row = leftRow(conv);
    for (let line = 0; line < lines; line += conv.blockLines) {
      const count = min(conv.blockLines, lines - line);
      gatherBlock(conv, first, rows, line, count, source, left, row);
      multiply(
        rows,
        padded,
        count * lineDepth,
        left,
        row,
        F32,
        filter,
        depth,
        line * lineDepth,
        c,
        cRow,
        line == 0 ? init : c,
        line == 0 ? 0 : cRow,
        line + count < lines ? 0 : limits,
      );
    }
  }
  const slopes = conv.slopes + <usize>(group * conv.columns + start) * conv.slopeStep;
  if (limits == 0) activateRows(c, cRow, rows, end - start, conv.activation, slopes, conv.slopeStep);
  if (!inPlace) scatterBlock(conv, first, rows, end - start, c, cRow, image);
}

/**
 * Computes the blocks from ... end - 1, as far as there are, of the blocks of all batch elements, each part of one being
 * a block; any split of them may run at once, each on its own scratch memory.
 */
export function convolve(conv: Conv, from: i32, end: i32): void {
  end = min(end, convolveBlocks(conv));
  const results = resultCount(conv);
  const perBatch = (results + conv.blockRows - 1) / conv.blockRows;
  writeLimits(conv.activation, limitsOf(conv));
  for (let group = 0; group < conv.groups; group++) {
    writeInit(conv, group, conv.scratch);
    for (let i = from; i < end; i++) {
      const block = i / conv.parts;
      const part = i % conv.parts;
      const first = (block % perBatch) * conv.blockRows;
      convolveBlock(
        conv,
        group,
        block / perBatch,
        first,
        min(conv.blockRows, results - first),
        partColumn(conv, part),
        partColumn(conv, part + 1),
      );
    }
  }
}

/** Number of blocks that convolve() divides the work into. */
export function convolveBlocks(conv: Conv): i32 {
  const results = resultCount(conv);
  return conv.batch * ((results + conv.blockRows - 1) / conv.blockRows) * conv.parts;
}
