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

/** What a tile reads of one axis for a term: element k is `first + k * spacing`, in bounds for begin <= k < end. */
@unmanaged
export class Range {
  first: i32;
  spacing: i32;
  begin: i32;
  end: i32;
}
export const RANGE_BYTES: usize = 16;

/** The range of an axis for the first tap `tap` of a term, and result `t`. */
function findRange(range: Range, axis: Axis, fft: FftAxis, tap: i32, t: i32): void {
  const first = tapSource(axis, tap) + t * axis.sourceStep;
  const spacing = fft.size > 1 ? fft.spacing : 1;
  range.first = first;
  range.spacing = spacing;
  range.begin = first >= 0 ? 0 : min(fft.size, (spacing - 1 - first) / spacing);
  range.end = first >= axis.sourceSize ? 0 : min(fft.size, (axis.sourceSize - first + spacing - 1) / spacing);
  range.end = max(range.begin, range.end);
}

/** Whether a term reads anything for a tile; then the ranges of its height and width are found. */
export function findRanges(tile: FftTile, conv: Conv, term: i32, rows: Range, columns: Range): bool {
  const fft = fftOf(conv);
  if (tile.height == 0) return false;
  const d = tapSource(conv.depth, firstTap(fft, term, 0)) + tile.td * conv.depth.sourceStep;
  if (<u32>d >= <u32>conv.depth.sourceSize) return false;
  findRange(rows, conv.height, fft.height, firstTap(fft, term, 1), tile.th);
  findRange(columns, conv.width, fft.width, firstTap(fft, term, 2), tile.tw);
  return rows.begin < rows.end && columns.begin < columns.end;
}

/** The address of the element (0, 0) of a tile for a term, which need not be in bounds; of the source's first channel. */
export function elementAddress(tile: FftTile, conv: Conv, term: i32, rows: Range, columns: Range): usize {
  const d = tapSource(conv.depth, firstTap(fftOf(conv), term, 0)) + tile.td * conv.depth.sourceStep;
  return (
    tile.source +
    <usize>d * conv.sourceDepth +
    <usize>rows.first * conv.sourceHeight +
    <usize>columns.first * conv.sourcePixel
  );
}

/** Whether tiles are parts of planes; otherwise of lines along the height or the width. */
@inline
export function isPlane(fft: FftTiling): bool {
  return fft.height.size > 1 && fft.width.size > 1;
}

/** Bytes of the twiddle factors of transform.ts for both sides of a tile, with which a packed filter begins. */
@inline
export function twiddlesBytes(fft: FftTiling): usize {
  return 12 * <usize>max(fft.height.size, fft.width.size);
}
