import {PANEL, roundUp} from './target';

/*
 * What the host writes into memory for the core to read: structures of 32-bit fields, in this order (host side:
 * ../../plan/encoding.ts). Pointers and strides are in bytes.
 */

/** One axis of a tap plan: result t = 0 ... count - 1 reads source[n] + t * sourceStep at its tap n. */
@unmanaged
export class Axis {
  count: i32;
  sourceSize: i32;
  sourceStep: i32;
  taps: i32;
  /** i32[taps] */
  source: usize;
  /** 1 where neighbouring taps read neighbouring elements. */
  dense: i32;
}

/** A part of a convolution whose results all meet the same taps. Images are channels-last. */
@unmanaged
export class Conv {
  batch: i32;
  groups: i32;
  depth: Axis;
  height: Axis;
  width: Axis;
  /** Channels of a group in the source, which stand side by side. */
  channels: i32;
  source: usize;
  sourceBatch: usize;
  sourceDepth: usize;
  sourceHeight: usize;
  sourcePixel: usize;
  /** Channels of a group in the result. */
  columns: i32;
  /** The first result of the plan. */
  result: usize;
  resultBatch: usize;
  /** Strides between the results of the plan. */
  resultDepth: usize;
  resultHeight: usize;
  resultPixel: usize;
  /** Packed panels of the groups, one group after the other. */
  filter: usize;
  /** f32[groups * columns] or 0 */
  bias: usize;
  activation: i32;
  slopes: usize;
  /** Bytes from one channel's slope to the next: 0 or 4. */
  slopeStep: usize;
  scratch: usize;
  /** 1 where the rows of the left operand are the source's pixels: one tap, no padding, no stride. */
  pointwise: i32;
  /** Rows of a block, set so that a block of the left operand stays in the L2 cache. */
  blockRows: i32;
  /** Lines of taps (along the width) that are gathered at a time. */
  blockLines: i32;
  /** Parts that the columns of a block are computed in, each a number of panels; more than one for threads only. */
  parts: i32;
  /** i32[taps of the plan]: those taps in the filter. */
  list: usize;
}

/** The first column of a part; of the one behind the last, the end of the columns. */
export function partColumn(conv: Conv, part: i32): i32 {
  return min(conv.columns, partColumns(conv.columns, conv.parts) * part);
}

/** How many columns a part has. */
export function columnsOf(conv: Conv, part: i32): i32 {
  return partColumn(conv, part + 1) - partColumn(conv, part);
}

/** Columns of each of `parts` parts, but for the last. */
export function partColumns(columns: i32, parts: i32): i32 {
  return roundUp((columns + parts - 1) / parts, PANEL);
}

/** Bytes from the first result of the plan to the one with this index, of the same batch element. */
export function resultOffset(conv: Conv, index: i32): usize {
  const line = index / conv.width.count;
  return (
    <usize>(line / conv.height.count) * conv.resultDepth +
    <usize>(line % conv.height.count) * conv.resultHeight +
    <usize>(index % conv.width.count) * conv.resultPixel
  );
}
