import {tapCount} from '../common/plan';
import {CACHE_LINE, F32} from '../shared/blocking';
import {FftTiling} from '../shared/fft_tiling';
import {Conv} from '../shared/plan';
import {MATRIX_CHANNEL, ROW_CHANNEL} from './dense_product';
import {fftOf, FftTile, FFT_TILE_BYTES, Patch, PATCH_BYTES, twiddlesBytes} from './tiles';
import {E} from './transform';

/*
 * Sizes and the memory of FFT convolution with many channels. Channels are in fours, the last of which may be zeros. A
 * tile is [row][column] of elements, its spectrum [frequency of the width][frequency of the height]; `places` says of each
 * element of a spectrum which frequency's product it belongs to, and whether to its second row: as a real filter has
 * W(-f) = conj(W(f)), the frequencies f and -f share one matrix, and the conjugate of what is at -f is another row.
 */

/** Channels in fours. */
@inline
export function fours(channels: i32): i32 {
  return (channels + 3) >> 2;
}

/** Source channels of all terms: the depth of the products. */
@inline
export function productDepth(conv: Conv): i32 {
  return fftOf(conv).terms * fours(conv.groupInChannels) * 4;
}

/** Frequencies that are their own negative, which are the first ones. */
@inline
export function ownFrequencies(fft: FftTiling): i32 {
  return (fft.height.size > 1 ? 2 : 1) * (fft.width.size > 1 ? 2 : 1);
}

/** Bytes from a row of a tile to the next: a cache line more, lest rows share sets of the cache. */
@inline
export function tileRow(fft: FftTiling): usize {
  return <usize>fft.width.size * E + CACHE_LINE;
}

/** Bytes of the rows of one frequency of a block, before and after the product. */
@inline
export function rowsBytes(conv: Conv): usize {
  return <usize>(2 * fftOf(conv).pairs * productDepth(conv)) * ROW_CHANNEL;
}


@inline
export function productBytes(conv: Conv): usize {
  return <usize>(2 * fftOf(conv).pairs * fours(conv.groupOutChannels) * 4) * ROW_CHANNEL;
}

/*
 * A packed filter: the tables that the host writes, which are the twiddle factors of transform.ts and the places, u32
 * [frequency, 0 or 1 for its second row] of every element of a spectrum; then every group's. A group has matrices
 * [frequency][four result channels][source channel of all terms], then f32[result channels in fours] that results are
 * multiplied by, then weights [result channel][source channel][tap].
 */

@inline
export function placesOf(conv: Conv): usize {
  return conv.tables + twiddlesBytes(fftOf(conv));
}

/** Bytes of both tables. */
@inline
function tablesBytes(fft: FftTiling): usize {
  return (twiddlesBytes(fft) + 8 * <usize>(fft.height.size * fft.width.size) + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
}

/** The packed filter of a group. */
@inline
export function groupFilter(conv: Conv, group: i32): usize {
  return conv.filter + tablesBytes(fftOf(conv)) + <usize>group * groupBytes(conv);
}

export function matricesBytes(conv: Conv): usize {
  return <usize>(fftOf(conv).frequencies * fours(conv.groupOutChannels) * productDepth(conv)) * MATRIX_CHANNEL;
}

export function scalesBytes(conv: Conv): usize {
  return <usize>(fours(conv.groupOutChannels) * 4) * F32;
}

/** Bytes of the packed filter of a group. */
function groupBytes(conv: Conv): usize {
  const weights = <usize>(conv.groupOutChannels * conv.groupInChannels * tapCount(conv)) * F32;
  return (matricesBytes(conv) + scalesBytes(conv) + weights + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
}

/** Bytes of the packed filter. */
export function fftDenseFilterBytes(conv: Conv): usize {
  return tablesBytes(fftOf(conv)) + <usize>conv.groups * groupBytes(conv);
}

/** The scratch memory of a block. */
@unmanaged
export class DenseScratch {
  first: FftTile;
  second: FftTile;
  patch: Patch;
  /** f32[result channels of a group in fours] */
  bias: usize;
  tile: usize;
  line: usize;
  spectra: usize;
  products: usize;
  /** A filter's gradient: the sums over tiles, at every frequency. */
  sums: usize;
}

export const HEAD_BYTES: usize =
  (offsetof<DenseScratch>() + 2 * FFT_TILE_BYTES + PATCH_BYTES + CACHE_LINE - 1) & ~(CACHE_LINE - 1);

/** Scratch memory of fftDenseForward(), and of packing. */
export function fftDenseScratchBytes(conv: Conv): usize {
  const fft = fftOf(conv);
  return (
    HEAD_BYTES +
    scalesBytes(conv) +
    CACHE_LINE +
    <usize>fft.height.size * (tileRow(fft) + E) +
    <usize>fft.frequencies * (rowsBytes(conv) + productBytes(conv))
  );
}

/** Finds what the scratch memory begins with. */
export function layOutHead(conv: Conv): DenseScratch {
  const scratch = changetype<DenseScratch>(conv.scratch);
  const at = conv.scratch + offsetof<DenseScratch>();
  scratch.first = changetype<FftTile>(at);
  scratch.second = changetype<FftTile>(at + FFT_TILE_BYTES);
  scratch.patch = changetype<Patch>(at + 2 * FFT_TILE_BYTES);
  scratch.spectra = conv.scratch + HEAD_BYTES;
  return scratch;
}

/** Divides the scratch memory. */
export function layOut(conv: Conv): DenseScratch {
  const scratch = layOutHead(conv);
  const fft = fftOf(conv);
  scratch.products = scratch.spectra + <usize>fft.frequencies * rowsBytes(conv);
  scratch.tile = scratch.products + <usize>fft.frequencies * productBytes(conv);
  scratch.line = scratch.tile + <usize>fft.height.size * tileRow(fft);
  scratch.bias = scratch.line + <usize>fft.height.size * E;
  return scratch;
}
