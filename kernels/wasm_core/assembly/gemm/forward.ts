import {activateRows, isLimited, LIMITS_BYTES, writeLimits} from '../common/activation';
import {paddedOutChannels, partStart, resultCount, resultOffset, writeBias} from '../common/plan';
import {padded} from '../common/vector';
import {F32, NR, VECTOR} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {gatherBlock, scatterBlock} from './gather';
import {packedLength} from './pack';
import {multiply} from './product';
import {multiplyThin, THIN_DEPTH} from './thin';

/*
 * Convolution as a matrix product whose left operand, the im2col matrix [results, taps * channels], is gathered a block
 * at a time into scratch memory. A 1x1 convolution reads the pixels in place. Scratch memory: the init row, the limits of
 * the results, the block of results (where they cannot be written in place), the block of the left operand.
 */

/** Bytes between the rows of a gathered block; not a multiple of 4096, so that rows do not share cache sets. */
@inline
export function leftRow(conv: Conv): usize {
  const depth = conv.width.taps * conv.groupInChannels * conv.blockLines;
  return <usize>padded(depth) * F32 + 64;
}

/**
 * Whether the left operand is gathered tap by tap, which are the rows in memory: those of a single channel without stride
 * are neighbours in the source.
 */
@inline
function isByTaps(conv: Conv): bool {
  return conv.groupInChannels == 1 && conv.width.sourceStep == 1 && conv.sourcePixel == F32;
}

/** Bytes between the terms of such an operand. */
@inline
function leftTerm(conv: Conv): usize {
  return <usize>padded(conv.blockRows) * F32 + 64;
}

/** Bytes of the left operand of a block. */
function leftBytes(conv: Conv): usize {
  if (conv.pointwise) return 0;
  const rows = leftRow(conv) * <usize>conv.blockRows;
  return isByTaps(conv) ? max(rows, leftTerm(conv) * <usize>(conv.blockLines * conv.width.taps)) : rows;
}

/**
 * Whether the results of a block are evenly spaced in the result image: where the plan's results are contiguous pixels, or
 * each block is a line of them.
 */
@inline
function isSpacedEvenly(conv: Conv): bool {
  return (
    conv.blockRows == conv.width.count ||
    (conv.resultHeight == conv.resultPixel * conv.width.count &&
      conv.resultDepth == conv.resultHeight * conv.height.count)
  );
}

/** The limits of the results, which follow the init row. */
@inline
function limitsOf(conv: Conv): usize {
  return conv.scratch + <usize>paddedOutChannels(conv) * F32;
}

/** Bytes of scratch memory that gemmForward() needs. */
export function gemmScratchBytes(conv: Conv): usize {
  const columns = <usize>paddedOutChannels(conv) * F32;
  return columns + LIMITS_BYTES + <usize>conv.blockRows * columns + leftBytes(conv);
}

/**
 * multiply() of `terms` terms from `first` on: `wide` columns to c, and the `beside` columns that follow to the rows at
 * `block`. Sums begin with init at the first term, and are limited where `limits` is not 0.
 */
function multiplyParts(
  conv: Conv,
  rows: i32,
  wide: i32,
  beside: i32,
  terms: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  filter: usize,
  depth: i32,
  first: i32,
  c: usize,
  block: usize,
  init: usize,
  limits: usize,
): void {
  const starts = first == 0;
  if (wide > 0) {
    const row = conv.resultPixel;
    multiply(
      rows,
      wide,
      terms,
      a,
      aRow,
      aDepth,
      filter,
      depth,
      first,
      c,
      row,
      starts ? init : c,
      starts ? 0 : row,
      limits,
    );
  }
  if (beside > 0) {
    const offset = <usize>wide * F32;
    const columns = padded(beside);
    const row = <usize>columns * F32;
    multiply(
      rows,
      columns,
      terms,
      a,
      aRow,
      aDepth,
      filter + offset * <usize>depth,
      depth,
      first,
      block,
      row,
      starts ? init + offset : block,
      starts ? 0 : row,
      limits,
    );
  }
}

/**
 * Computes the output channels start ... end - 1 of one block of results of a batch element and group. Scratch memory
 * begins with the init row. Where results are spaced evenly they are written in place, but for a last panel that is wider.
 */
function computeBlock(conv: Conv, group: i32, batch: i32, first: i32, rows: i32, start: i32, end: i32): void {
  const lineDepth = conv.width.taps * conv.groupInChannels;
  const lines = conv.depth.taps * conv.height.taps;
  const depth = lines * lineDepth;
  const before = <usize>start * F32;
  const groupFilter = conv.filter + <usize>group * <usize>packedLength(depth, conv.groupOutChannels) * F32;
  const filter = groupFilter + before * <usize>depth;
  const source = conv.source + <usize>batch * conv.sourceBatch + <usize>(group * conv.groupInChannels) * F32;
  const image = conv.result + <usize>batch * conv.resultBatch + <usize>(group * conv.groupOutChannels) * F32 + before;
  const init = conv.scratch + before;
  const limits = isLimited(conv.activation) ? limitsOf(conv) : 0;
  const block = limitsOf(conv) + LIMITS_BYTES;
  const left = block + <usize>(conv.blockRows * paddedOutChannels(conv)) * F32;
  const columns = end - start;
  const even = isSpacedEvenly(conv);
  const wide = !even ? 0 : (columns & (VECTOR - 1)) == 0 ? columns : columns - (columns % NR);
  const beside = columns - wide;
  const c = even ? image + resultOffset(conv, first) : 0;
  const slopes = conv.slopes + <usize>(group * conv.groupOutChannels + start) * conv.slopeStep;
  const byTaps = isByTaps(conv);
  const term = byTaps ? leftTerm(conv) : F32;
  if (even && lines <= conv.blockLines && depth <= THIN_DEPTH && depth > 0) {
    let a = source + <usize>first * conv.sourcePixel;
    let row = conv.sourcePixel;
    if (!conv.pointwise) {
      a = left;
      row = leftRow(conv);
      gatherBlock(conv, first, rows, 0, lines, source, left, row, F32);
    }
    multiplyThin(rows, columns, depth, a, row, filter, c, conv.resultPixel, init, limitsOf(conv));
    if (limits == 0) activateRows(c, conv.resultPixel, rows, columns, conv.activation, slopes, conv.slopeStep);
    return;
  }
  if (conv.pointwise) {
    const a = source + <usize>first * conv.sourcePixel;
    multiplyParts(conv, rows, wide, beside, depth, a, conv.sourcePixel, F32, filter, depth, 0, c, block, init, limits);
  } else if (depth == 0) {
    multiplyParts(conv, rows, wide, beside, 0, left, 0, F32, filter, 0, 0, c, block, init, limits);
  } else {
    const row = byTaps ? F32 : leftRow(conv);
    for (let line = 0; line < lines; line += conv.blockLines) {
      const count = min(conv.blockLines, lines - line);
      gatherBlock(conv, first, rows, line, count, source, left, row, term);
      multiplyParts(
        conv,
        rows,
        wide,
        beside,
        count * lineDepth,
        left,
        row,
        term,
        filter,
        depth,
        line * lineDepth,
        c,
        block,
        init,
        line + count < lines ? 0 : limits,
      );
    }
  }
  const besideRow = <usize>padded(beside) * F32;
  if (limits == 0) {
    activateRows(c, conv.resultPixel, rows, wide, conv.activation, slopes, conv.slopeStep);
    const besideSlopes = slopes + <usize>wide * conv.slopeStep;
    activateRows(block, besideRow, rows, beside, conv.activation, besideSlopes, conv.slopeStep);
  }
  if (beside > 0) scatterBlock(conv, first, rows, beside, block, besideRow, image + <usize>wide * F32);
}

/**
 * Computes the blocks from ... end - 1 of gemmBlocks(), as far as there are. Ranges of blocks may be computed at the same
 * time, each with scratch memory of its own.
 */
export function gemmForward(conv: Conv, from: i32, end: i32): void {
  end = min(end, gemmBlocks(conv));
  const results = resultCount(conv);
  const perBatch = (results + conv.blockRows - 1) / conv.blockRows;
  writeLimits(conv.activation, limitsOf(conv));
  for (let group = 0; group < conv.groups; group++) {
    writeBias(conv, group, conv.scratch);
    for (let i = from; i < end; i++) {
      const block = i / conv.parts;
      const part = i % conv.parts;
      const first = (block % perBatch) * conv.blockRows;
      computeBlock(
        conv,
        group,
        block / perBatch,
        first,
        min(conv.blockRows, results - first),
        partStart(conv, part),
        partStart(conv, part + 1),
      );
    }
  }
}

/** The blocks of gemmForward(): those of all batch elements, times the parts of the output channels. */
export function gemmBlocks(conv: Conv): i32 {
  const results = resultCount(conv);
  return conv.batch * ((results + conv.blockRows - 1) / conv.blockRows) * conv.parts;
}
