import {F32, PANEL} from '../common/target';
import {filterPass4, filterPass6} from './transform';

/*
 * Filters of Winograd convolution, transformed once: for each of the n * n positions of a tile (n = 4 or 6) packed
 * panels of [planes * channels, columns] as multiply() reads them, and behind them the filter itself,
 * [planes * 9, channels, columns rounded up to 4], from which direct.ts computes.
 */

const COLUMN_BYTES: usize = 16;
/** Rows that are transformed for all columns before the next ones, so that they are read from memory once. */
const BLOCK_ROWS: i32 = 16;

/** Columns with their padding. */
@inline
export function paddedTo4(columns: i32): i32 {
  return (columns + 3) & ~3;
}

/** Bytes of one position's panels, and a line more where else all positions would share a cache set. */
@inline
export function positionBytes(planes: i32, channels: i32, columns: i32): usize {
  const bytes = <usize>(planes * channels) * <usize>paddedTo4(columns) * F32;
  return (bytes & 1023) == 0 ? bytes + 64 : bytes;
}

/** Bytes of the transformed filter of one group; `n` is the side of an input tile. */
export function winogradFilterBytes(n: i32, planes: i32, channels: i32, columns: i32): usize {
  const direct: usize = <usize>9 * <usize>(planes * channels) * <usize>paddedTo4(columns) * F32;
  return <usize>(n * n) * positionBytes(planes, channels, columns) + direct;
}

/** A row of `count` strided values, and zeros up to a multiple of 4. */
@inline
function copyRow(to: usize, from: usize, column: usize, count: i32): void {
  let n = 0;
  if (column == F32) {
    for (; n + 4 <= count; n += 4) v128.store(to + <usize>n * F32, v128.load(from + <usize>n * F32));
  }
  for (; n < count; n++) f32.store(to + <usize>n * F32, f32.load(from + <usize>n * column));
  for (; n < paddedTo4(count); n++) f32.store(to + <usize>n * F32, 0);
}

/** Bound of a filter's values squared, summed over its taps. */
export const SQUARES_LIMIT: f32 = 1e36;

/**
 * All bits set (a NaN) in the columns of a filter that hold a value beyond the bound, or none: beside it the others
 * would vanish in the transform, also where it meets nothing but padding. The NaN has the tiles computed directly.
 */
@inline
function outOfBounds(from: usize, tap: usize): v128 {
  let squares = f32x4.splat(0);
  for (let t = 0; t < 9; t++, from += tap) {
    const g = v128.load(from);
    squares = f32x4.add(squares, f32x4.mul(g, g));
  }
  return v128.not(f32x4.lt(squares, f32x4.splat(SQUARES_LIMIT)));
}

/** G g G' of four columns of one channel: the taps `tap` bytes apart, the positions `position` bytes apart. */
@inline
function transformFour(n: i32, to: usize, position: usize, from: usize, tap: usize, passes: usize): void {
  const line = <usize>n * position;
  const first = to;
  const poison = outOfBounds(from, tap);
  for (let j: usize = 0; j < 3; j++, from += tap) {
    const g0 = v128.load(from),
      g1 = v128.load(from + 3 * tap),
      g2 = v128.load(from + 6 * tap);
    if (n == 6) filterPass6(passes + j * COLUMN_BYTES, 3 * COLUMN_BYTES, g0, g1, g2);
    else filterPass4(passes + j * COLUMN_BYTES, 3 * COLUMN_BYTES, g0, g1, g2);
  }
  for (let i = 0; i < n; i++, to += line, passes += 3 * COLUMN_BYTES) {
    const g0 = v128.load(passes),
      g1 = v128.load(passes, 16),
      g2 = v128.load(passes, 32);
    if (n == 6) filterPass6(to, position, g0, g1, g2);
    else filterPass4(to, position, g0, g1, g2);
  }
  v128.store(first, v128.or(v128.load(first), poison));
}

/** Functions that a program calls often are optimized while it runs; exports, so that they are not inlined. */
export function transformFour6(to: usize, position: usize, from: usize, tap: usize, passes: usize): void {
  transformFour(6, to, position, from, tap, passes);
}

export function transformFour4(to: usize, position: usize, from: usize, tap: usize, passes: usize): void {
  transformFour(4, to, position, from, tap, passes);
}

/**
 * Transforms the filter of one group. Element (k, c) of tap t of the planes * 9 stands at
 * from + parts[t] * part + k * row + c * column, the strides in bytes; taps are in the order of the source positions.
 * `passes` is scratch memory of 288 bytes.
 */
export function transformFilter(
  n: i32,
  to: usize,
  from: usize,
  parts: usize,
  planes: i32,
  channels: i32,
  columns: i32,
  part: usize,
  row: usize,
  column: usize,
  passes: usize,
): void {
  const position = positionBytes(planes, channels, columns);
  const directRow = <usize>paddedTo4(columns) * F32;
  const tap = <usize>channels * directRow;
  const direct = to + <usize>(n * n) * position;
  for (let t = 0; t < planes * 9; t++) {
    const at = from + <usize>load<i32>(parts + ((<usize>t) << 2)) * part;
    const copy = direct + <usize>t * tap;
    for (let k = 0; k < channels; k++) copyRow(copy + <usize>k * directRow, at + <usize>k * row, column, columns);
  }
  const depth = planes * channels;
  for (let first = 0; first < depth; first += BLOCK_ROWS) {
    const end = min(first + BLOCK_ROWS, depth);
    for (let panel = 0; panel < columns; panel += PANEL) {
      const panelRow: usize = columns - panel > 4 ? 32 : 16;
      const panelStart = to + <usize>panel * <usize>depth * F32;
      for (let k = first; k < end; k++) {
        const row = panelStart + <usize>k * panelRow;
        const source =
          direct + <usize>((k / channels) * 9) * tap + <usize>(k % channels) * directRow + <usize>panel * F32;
        for (let c: usize = 0; c < panelRow; c += 16) {
          if (n == 6) transformFour6(row + c, position, source + c, tap, passes);
          else transformFour4(row + c, position, source + c, tap, passes);
        }
      }
    }
  }
}
