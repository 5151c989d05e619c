import {CACHE_LINE} from '../../shared/blocking';
import {FftTiling} from '../../shared/fft_tiling';
import {Conv} from '../../shared/plan';
import {ROW_CHANNEL} from '../dense_product';
import {DenseScratch, fours, HEAD_BYTES, layOutHead, tileRow} from '../dense_scratch';
import {fftOf} from '../tiles';
import {E} from '../transform';
import {Slice, SLICE_BYTES} from './slices';

/*
 * The scratch memory of a slice of many channels: at every frequency, two rows of each pair of tiles of x, [term][channel]
 * [real, imaginary], and of dy, [four channels][four real | four imaginary parts], and the sums [term][channel of x][four
 * channels of dy][four real | four imaginary parts]. Channels are in fours.
 */

/** Bytes of four result channels in a row, or in a row of sums. */
export const QUAD: usize = 32;

/** Source channels of a slice, of all terms. */
@inline
export function sliceDepth(fft: FftTiling): i32 {
  return fft.terms * fours(fft.ins) * 4;
}

/** Bytes of one frequency: of the rows of x, of those of dy, and of the sums. */
@inline
export function xRowsBytes(fft: FftTiling): usize {
  return <usize>(2 * fft.pairs * sliceDepth(fft)) * ROW_CHANNEL;
}


@inline
export function dyRowsBytes(fft: FftTiling): usize {
  return <usize>(2 * fft.pairs * fours(fft.outs)) * QUAD;
}


@inline
export function sumsBytes(fft: FftTiling): usize {
  return <usize>(sliceDepth(fft) * fours(fft.outs)) * QUAD;
}

export function fftDenseGradientBytes(conv: Conv): usize {
  const fft = fftOf(conv);
  return (
    HEAD_BYTES +
    SLICE_BYTES +
    CACHE_LINE +
    <usize>fft.height.size * (tileRow(fft) + E) +
    <usize>fft.frequencies * (xRowsBytes(fft) + dyRowsBytes(fft) + sumsBytes(fft))
  );
}

/** Divides the scratch memory. */
export function layOutGradient(conv: Conv): DenseScratch {
  const scratch = layOutHead(conv);
  const fft = fftOf(conv);
  scratch.products = scratch.spectra + <usize>fft.frequencies * xRowsBytes(fft);
  scratch.sums = scratch.products + <usize>fft.frequencies * dyRowsBytes(fft);
  scratch.tile = scratch.sums + <usize>fft.frequencies * sumsBytes(fft);
  scratch.line = scratch.tile + <usize>fft.height.size * tileRow(fft);
  return scratch;
}

/** The slice that is computed. */
@inline
export function sliceOf(conv: Conv, scratch: DenseScratch): Slice {
  return changetype<Slice>(scratch.line + <usize>fftOf(conv).height.size * E);
}
