/*
 * A plan: what the host writes into memory for the kernels to read. Structures of 32-bit fields; pointers and strides
 * are in bytes.
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

/** A part of a convolution all of whose results have the same taps. Images are channels-last. */
@unmanaged
export class Conv {
  batch: i32;
  groups: i32;
  depth: Axis;
  height: Axis;
  width: Axis;
  /** Channels of a group in the source, which are neighbours in memory. */
  groupInChannels: i32;
  source: usize;
  sourceBatch: usize;
  sourceDepth: usize;
  sourceHeight: usize;
  sourcePixel: usize;
  /** Channels of a group in the result. */
  groupOutChannels: i32;
  /** The first result of the plan. */
  result: usize;
  resultBatch: usize;
  /** Strides between the results of the plan. */
  resultDepth: usize;
  resultHeight: usize;
  resultPixel: usize;
  /** The packed filters of the groups, one group after the other. */
  filter: usize;
  /** f32[groups * groupOutChannels] or 0 */
  bias: usize;
  /** An Activation. */
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
  /** Parts that the output channels of a block are computed in, each a number of panels; more than one for threads only. */
  parts: i32;
  /** i32[taps of the plan]: those taps in the filter. */
  list: usize;
  /** How FFT tiles compute it: an FftTiling, or 0; and the tables that their transforms read. */
  tiling: usize;
  tables: usize;
  /** A filter's gradient by FFT: the results, which are read, are divided by 2 to this power. */
  exponent: i32;
}
