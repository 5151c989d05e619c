import {CACHE_LINE, F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {FFT_TILE_BYTES, fftOf, FftTile, isPlane, Patch, PATCH_BYTES} from './tiles';
import {E} from './transform';

/*
 * The scratch memory of a block of tiles.
 */

/** Lines that are transformed together where vectors hold lines: four lanes, two of each as one complex line. */
export const LINES: i32 = 8;

/** Groups of a vector. */
export const GROUP_LANES: i32 = 4;

/** Whether vectors hold four groups; else they hold lines of one, or columns of a plane. */
@inline
export function isByGroups(conv: Conv): bool {
  return conv.groups >= GROUP_LANES;
}

/** Tiles that are computed together. */
@inline
export function blockTiles(conv: Conv): i32 {
  return isByGroups(conv) || isPlane(fftOf(conv)) ? 2 : LINES;
}

/** The beginning of the scratch memory. */
@unmanaged
export class ChannelsScratch {
  /** FftTile[LINES], and what the present one has of an image. */
  tiles: usize;
  patch: Patch;
  /** f32[4] each: bias and slopes of the lanes, and what results are multiplied by. */
  bias: usize;
  slopes: usize;
  scale: usize;
  /** Transformed sources, so many bytes apart: all of them where several results use them, otherwise the present one. */
  x: usize;
  xStep: usize;
  /** The sum of their products: `x` itself where there is one source and one result. */
  acc: usize;
  /** A filter's gradient: a transformed channel of the results. */
  dy: usize;
  /** One line of a plane. */
  line: usize;
  /** Values as they are gathered or written. */
  buffer: usize;
}

/** Bytes of what stands before the transformed sources. */
@inline
export function headBytes(conv: Conv): usize {
  return (
    HEAD_BYTES +
    <usize>LINES * FFT_TILE_BYTES +
    PATCH_BYTES +
    4 * LANES_BYTES +
    (<usize>fftOf(conv).height.size * E + CACHE_LINE)
  );
}

const HEAD_BYTES: usize = (offsetof<ChannelsScratch>() + CACHE_LINE - 1) & ~(CACHE_LINE - 1);
const LANES_BYTES: usize = 16;

/** Bytes from a row of a plane to the next: a cache line more, lest rows share sets of the cache. */
@inline
export function rowBytes(n: i32, element: usize): usize {
  return <usize>n * element + CACHE_LINE;
}

/** Sources of a result: the channels of a group, for every term. */
@inline
export function sourceCount(conv: Conv): i32 {
  return conv.groupInChannels * fftOf(conv).terms;
}

/** Whether all sources are kept, for the results of a group. */
@inline
export function isKept(conv: Conv): bool {
  return conv.groupOutChannels > 1;
}

/** Bytes of a transformed source. */
export function xBytes(conv: Conv): usize {
  const fft = fftOf(conv);
  const ny = <usize>fft.height.size,
    nx = <usize>fft.width.size;
  if (!isPlane(fft)) return ny * nx * E + CACHE_LINE;
  return isByGroups(conv)
    ? isKept(conv)
      ? nx * ny * E
      : ny * rowBytes(fft.width.size, E)
    : (ny >> 2) * rowBytes(fft.width.size, E);
}

/** Bytes of the buffer: lines, or both tiles of a plane. */
export function bufferBytes(conv: Conv): usize {
  const fft = fftOf(conv);
  if (!isPlane(fft)) return isByGroups(conv) ? 0 : <usize>LINES * rowBytes(fft.height.size * fft.width.size, F32);
  if (isByGroups(conv)) return isKept(conv) ? <usize>fft.height.size * rowBytes(fft.width.size, E) : 0;
  return 2 * <usize>fft.height.size * rowBytes(fft.width.size, F32);
}

export function fftChannelsScratchBytes(conv: Conv): usize {
  const fft = fftOf(conv);
  const sources = isKept(conv) ? sourceCount(conv) : isPlane(fft) && isByGroups(conv) ? sourceCount(conv) : 1;
  return headBytes(conv) + <usize>(sources + 1) * xBytes(conv) + bufferBytes(conv);
}

/** Divides the scratch memory up to the transformed sources. */
export function layOutHead(conv: Conv): ChannelsScratch {
  const scratch = changetype<ChannelsScratch>(conv.scratch);
  const lanes = conv.scratch + HEAD_BYTES;
  scratch.bias = lanes;
  scratch.slopes = lanes + LANES_BYTES;
  scratch.scale = lanes + 2 * LANES_BYTES;
  scratch.patch = changetype<Patch>(lanes + 4 * LANES_BYTES);
  scratch.tiles = lanes + 4 * LANES_BYTES + PATCH_BYTES;
  scratch.line = scratch.tiles + <usize>LINES * FFT_TILE_BYTES;
  scratch.x = conv.scratch + headBytes(conv);
  return scratch;
}

/** Divides the scratch memory. */
export function layOut(conv: Conv): ChannelsScratch {
  const scratch = layOutHead(conv);
  const fft = fftOf(conv);
  scratch.xStep = xBytes(conv);
  const kept = isKept(conv) || (isPlane(fft) && isByGroups(conv)) ? sourceCount(conv) : 1;
  const alone = sourceCount(conv) == 1 && conv.groupOutChannels == 1;
  scratch.acc = alone ? scratch.x : scratch.x + <usize>kept * scratch.xStep;
  scratch.buffer = scratch.x + <usize>(kept + 1) * scratch.xStep;
  return scratch;
}


@inline
export function tileAt(scratch: ChannelsScratch, n: i32): FftTile {
  return changetype<FftTile>(scratch.tiles + <usize>n * FFT_TILE_BYTES);
}
