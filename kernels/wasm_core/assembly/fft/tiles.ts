import {tapSource} from '../common/plan';
import {FftAxis, FftTiling} from '../shared/fft_tiling';
import {Axis, Conv} from '../shared/plan';

/*
 * Where the tiles of a plan are: tile number -> its first result, and what its elements read.
 *
 * Result t of an axis reads source[n] + t * sourceStep at its tap n, and its taps are evenly spaced. Results of a phase,
 * t = q * phases + r, read elements that are `spacing` = phases * sourceStep apart, a whole number of taps, so that a tile
 * is a correlation of neighbours: element k of a tile is the source's at (source[first tap] + t0 * sourceStep) +
 * k * spacing. Where spacing is several taps (a stride), each of these has a term of its own.
 */

@inline
export function fftOf(conv: Conv): FftTiling {
  return changetype<FftTiling>(conv.tiling);
}

/** A tile: its first result along each axis, how many results there are, and the addresses of its images. */
@unmanaged
export class FftTile {
  source: usize;
  result: usize;
  td: i32;
  th: i32;
  tw: i32;
  /** Results of the tile along either axis; none where it is beyond the last. */
  height: i32;
  width: i32;
}
export const FFT_TILE_BYTES: usize = 64;

/** Tiles of an axis with all its phases; the results themselves where it is not cut. */
@inline
function along(axis: Axis, fft: FftAxis): i32 {
  return fft.size > 1 ? fft.tiles * fft.phases : axis.count;
}

/** Tiles of a plan. */
export function fftTiles(conv: Conv): i32 {
  const fft = fftOf(conv);
  return conv.batch * conv.depth.count * along(conv.height, fft.height) * along(conv.width, fft.width);
}

/** The first result of tile `index` of an axis. */
@inline
function firstResult(fft: FftAxis, index: i32): i32 {
  return fft.size > 1 ? (index % fft.tiles) * fft.step * fft.phases + index / fft.tiles : index;
}

/** Results of a tile that begins with result `first`. */
@inline
function present(axis: Axis, fft: FftAxis, first: i32): i32 {
  return fft.size > 1 ? max(0, min(fft.step, (axis.count - first + fft.phases - 1) / fft.phases)) : 1;
}

/** Finds tile `index`; one after the last has no results. Lines along the height are ordered by the width. */
export function findTile(tile: FftTile, conv: Conv, index: i32): void {
  const fft = fftOf(conv);
  const heights = along(conv.height, fft.height),
    widths = along(conv.width, fft.width);
  tile.tw = firstResult(fft.width, index % widths);
  index /= widths;
  tile.th = firstResult(fft.height, index % heights);
  index /= heights;
  tile.td = index % conv.depth.count;
  const batch = index / conv.depth.count;
  const isInside = batch < conv.batch;
  tile.height = isInside ? present(conv.height, fft.height, tile.th) : 0;
  tile.width = isInside ? present(conv.width, fft.width, tile.tw) : 0;
  if (tile.height == 0 || tile.width == 0) {
    tile.height = 0;
    tile.width = 0;
  }
  tile.source = conv.source + <usize>batch * conv.sourceBatch;
  tile.result =
    conv.result +
    <usize>batch * conv.resultBatch +
    <usize>tile.td * conv.resultDepth +
    <usize>tile.th * conv.resultHeight +
    <usize>tile.tw * conv.resultPixel;
}

/** The first tap of a term along an axis (0: depth, 1: height, 2: width). */
@inline
export function firstTap(fft: FftTiling, term: i32, axis: i32): i32 {
  return load<i32>(fft.list + ((<usize>(term * 3 + axis)) << 2));
}

/** In place of a term: the results of tiles, of which a filter's gradient is made. */
export const RESULTS: i32 = -1;

/** What a tile has of an image: element (k, l) is at address + k * line + l * pixel within the bounds, and 0 elsewhere. */
@unmanaged
export class Patch {
  /** Of the element (0, 0), of the image's first channel; it need not be in bounds. */
  address: usize;
  line: usize;
  pixel: usize;
  top: i32;
  bottom: i32;
  left: i32;
  right: i32;
}
export const PATCH_BYTES: usize = 32;

/** Elements of the source between neighbours in a tile. */
@inline
function spacingOf(fft: FftAxis): i32 {
  return fft.size > 1 ? fft.spacing : 1;
}

/** The first element of a tile that is inside of the source, where element 0 reads at `first`. */
@inline
function begin(fft: FftAxis, first: i32): i32 {
  const spacing = spacingOf(fft);
  return first >= 0 ? 0 : min(fft.size, (spacing - 1 - first) / spacing);
}

/** The end of those elements. */
@inline
function end(axis: Axis, fft: FftAxis, first: i32): i32 {
  const spacing = spacingOf(fft);
  return first >= axis.sourceSize ? 0 : min(fft.size, (axis.sourceSize - first + spacing - 1) / spacing);
}

/** Finds the results of a tile. */
function findResults(patch: Patch, tile: FftTile, conv: Conv): void {
  const fft = fftOf(conv);
  patch.address = tile.result;
  patch.line = <usize>fft.height.phases * conv.resultHeight;
  patch.pixel = <usize>fft.width.phases * conv.resultPixel;
  patch.top = 0;
  patch.bottom = tile.height;
  patch.left = 0;
  patch.right = tile.width;
}

/** Finds what a tile reads of the source for a term, or its RESULTS. */
export function findPatch(patch: Patch, tile: FftTile, conv: Conv, term: i32): void {
  if (term == RESULTS) {
    findResults(patch, tile, conv);
    return;
  }
  const fft = fftOf(conv);
  const d = tapSource(conv.depth, firstTap(fft, term, 0)) + tile.td * conv.depth.sourceStep,
    h = tapSource(conv.height, firstTap(fft, term, 1)) + tile.th * conv.height.sourceStep,
    w = tapSource(conv.width, firstTap(fft, term, 2)) + tile.tw * conv.width.sourceStep;
  patch.address =
    tile.source + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight + <usize>w * conv.sourcePixel;
  patch.line = <usize>spacingOf(fft.height) * conv.sourceHeight;
  patch.pixel = <usize>spacingOf(fft.width) * conv.sourcePixel;
  const isInside = tile.height > 0 && <u32>d < <u32>conv.depth.sourceSize;
  patch.top = begin(fft.height, h);
  patch.bottom = isInside ? max(patch.top, end(conv.height, fft.height, h)) : patch.top;
  patch.left = begin(fft.width, w);
  patch.right = max(patch.left, end(conv.width, fft.width, w));
}

/** Whether a patch has any element. */
@inline
export function hasElements(patch: Patch): bool {
  return patch.top < patch.bottom && patch.left < patch.right;
}

/** Channels of a group in the image that a term reads. */
@inline
export function groupChannels(conv: Conv, term: i32): i32 {
  return term == RESULTS ? conv.groupOutChannels : conv.groupInChannels;
}

/** Taps of a term along an axis, from tap `first` of the plan on. */
@inline
export function termTaps(axis: Axis, fft: FftAxis, first: i32): i32 {
  return min(fft.taps, (axis.taps - first + fft.tapStep - 1) / fft.tapStep);
}

/** Whether tiles are parts of planes; otherwise of lines along the height or the width. */
@inline
export function isPlane(fft: FftTiling): bool {
  return fft.height.size > 1 && fft.width.size > 1;
}

/** Bytes of the twiddle factors of transform.ts for both sides of a tile, with which a packed filter begins. */
@inline
export function twiddlesBytes(fft: FftTiling): usize {
  return max(sideTwiddles(fft.height.size), sideTwiddles(fft.width.size));
}

/** Those of a side: of five times a power of two, behind those of all powers of two below twice the side. */
@inline
function sideTwiddles(size: i32): usize {
  return size % 5 == 0 ? <usize>(size / 5) * 128 : 12 * <usize>size;
}
