/*
 * How a plan is cut into tiles of a Fourier transform (../fft/dense.ts, ../fft/channels.ts). It follows the plan itself.
 */

/** An axis that is cut into tiles. */
@unmanaged
export class FftAxis {
  /** Values of a tile; 1 where the axis is not transformed. */
  size: i32;
  /** Results of a tile. */
  step: i32;
  /** Results so far apart are neighbours in a tile: those between them belong to tiles of their own. */
  phases: i32;
  /** Elements of the source between what neighbours in a tile read at a tap. */
  spacing: i32;
  /** Tiles of a phase. */
  tiles: i32;
  /** Taps of the plan between neighbouring taps of a term. */
  tapStep: i32;
  /** Taps of a term at most. */
  taps: i32;
}

/** Tiles are sums over terms, each of which reads the source at another place and has a part of the taps. */
@unmanaged
export class FftTiling {
  height: FftAxis;
  width: FftAxis;
  terms: i32;
  /** i32[terms][3]: the first tap of each, along the depth, the height and the width. */
  list: usize;
  /** Pairs of tiles that are multiplied together. */
  pairs: i32;
  /** Frequencies that have a matrix of their own. */
  frequencies: i32;
  /** A filter's gradient: so many channels of a group, of the source and of the result, are computed at a time. */
  ins: i32;
  outs: i32;
}
