import {activateRows, isLimited, LIMITS_BYTES, writeLimits} from '../common/activation';
import {paddedOutChannels, partStart, resultCount, resultOffset, writeBias} from '../common/plan';
import {padded} from '../common/vector';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {gatherBlock, scatterBlock} from './gather';
import {packedLength} from './pack';
import {multiply} from './product';

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
 * Whether the results of a block are evenly spaced in the result image and need no padding: where the plan's results are
 * contiguous pixels, or each block is a line of them.
 */
@inline
function writesInPlace(conv: Conv): bool {
  if ((conv.groupOutChannels & 3) != 0) return false;
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
  const left = conv.pointwise ? <usize>0 : leftRow(conv);
  return columns + LIMITS_BYTES + <usize>conv.blockRows * (columns + left);
}

/**
 * Computes the output channels start ... end - 1 of one block of results of a batch element and group. Scratch memory
 * begins with the init row.
 */
function computeBlock(conv: Conv, group: i32, batch: i32, first: i32, rows: i32, start: i32, end: i32): void {
  const columns = paddedOutChannels(conv);
  const width = min(columns, padded(end)) - start;
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
  const left = block + <usize>(conv.blockRows * columns) * F32;
  const inPlace = writesInPlace(conv);
  const c = inPlace ? image + resultOffset(conv, first) : block + before;
  const cRow = inPlace ? conv.resultPixel : <usize>columns * F32;
  if (conv.pointwise) {
    const a = source + <usize>first * conv.sourcePixel;
    multiply(rows, width, depth, a, conv.sourcePixel, F32, filter, depth, 0, c, cRow, init, 0, limits);
  } else if (depth == 0) {
    multiply(rows, width, 0, left, 0, F32, filter, 0, 0, c, cRow, init, 0, limits);
  } else {
    const row = leftRow(conv);
    for (let line = 0; line < lines; line += conv.blockLines) {
      const count = min(conv.blockLines, lines - line);
      gatherBlock(conv, first, rows, line, count, source, left, row);
      multiply(
        rows,
        width,
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
  const slopes = conv.slopes + <usize>(group * conv.groupOutChannels + start) * conv.slopeStep;
  if (limits == 0) activateRows(c, cRow, rows, end - start, conv.activation, slopes, conv.slopeStep);
  if (!inPlace) scatterBlock(conv, first, rows, end - start, c, cRow, image);
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
