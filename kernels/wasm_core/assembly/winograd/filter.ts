import {copyPadded, padded} from '../common/vector';
import {F32, NR, TRANSFORM_ROWS} from '../shared/blocking';
import {SQUARES_LIMIT} from './bounds';
import {filterPass4, filterPass6} from './transform';

/*
 * Filters of Winograd convolution, transformed once: for each of the n * n positions of a tile (n = 4 or 6) packed
 * panels of [planes * channels, columns] for multiply(), then the filter itself, [planes * 9, channels, columns rounded
 * up to 4], for direct.ts. Columns are the output channels of a group.
 */

/** Bytes of a vector of columns. */
const VECTOR_BYTES: usize = 16;

/** Bytes of one position's panels of a [depth, columns] matrix, with a cache line more where all positions would share a cache set. */
@inline
export function positionBytes(depth: i32, columns: i32): usize {
  const bytes = <usize>depth * <usize>padded(columns) * F32;
  return (bytes & 1023) == 0 ? bytes + 64 : bytes;
}

/** Bytes of the transformed filter of one group; `n` is the side of an input tile. */
export function winogradFilterBytes(n: i32, planes: i32, channels: i32, columns: i32): usize {
  const direct: usize = <usize>9 * <usize>(planes * channels) * <usize>padded(columns) * F32;
  return <usize>(n * n) * positionBytes(planes * channels, columns) + direct;
}

/**
 * All bits set (a NaN) in the columns of a filter whose values are not within SQUARES_LIMIT, zero bits in the others. The
 * NaN makes their tiles be computed directly (bounds.ts).
 */
@inline
export function outOfBounds(from: usize, tap: usize, taps: i32): v128 {
  let squares = f32x4.splat(0);
  for (let t = 0; t < taps; t++, from += tap) {
    const g = v128.load(from);
    squares = f32x4.add(squares, f32x4.mul(g, g));
  }
  return v128.not(f32x4.lt(squares, f32x4.splat(SQUARES_LIMIT)));
}

/** G g G' of four columns of one channel. The taps are `tap` bytes apart, the positions `position` bytes. */
@inline
function transformColumns(n: i32, to: usize, position: usize, from: usize, tap: usize, passes: usize): void {
  const line = <usize>n * position;
  const first = to;
  const poison = outOfBounds(from, tap, 9);
  for (let j: usize = 0; j < 3; j++, from += tap) {
    const g0 = v128.load(from),
      g1 = v128.load(from + 3 * tap),
      g2 = v128.load(from + 6 * tap);
    if (n == 6) filterPass6(passes + j * VECTOR_BYTES, 3 * VECTOR_BYTES, g0, g1, g2);
    else filterPass4(passes + j * VECTOR_BYTES, 3 * VECTOR_BYTES, g0, g1, g2);
  }
  for (let i = 0; i < n; i++, to += line, passes += 3 * VECTOR_BYTES) {
    const g0 = v128.load(passes),
      g1 = v128.load(passes, 16),
      g2 = v128.load(passes, 32);
    if (n == 6) filterPass6(to, position, g0, g1, g2);
    else filterPass4(to, position, g0, g1, g2);
  }
  v128.store(first, v128.or(v128.load(first), poison));
}

/** Copies the taps of a filter to [taps, channels, columns rounded up to 4], for direct sums; operands as below. */
export function copyTaps(
  to: usize,
  from: usize,
  parts: usize,
  taps: i32,
  channels: i32,
  columns: i32,
  part: usize,
  row: usize,
  column: usize,
): void {
  const step = <usize>padded(columns) * F32;
  for (let t = 0; t < taps; t++) {
    const at = from + <usize>load<i32>(parts + ((<usize>t) << 2)) * part;
    for (let k = 0; k < channels; k++, to += step)
      copyPadded(to, at + <usize>k * row, column, columns, padded(columns));
  }
}

/* Engines optimize functions that are called often; these are exports, so that they are not inlined. */
export function transformColumns6(to: usize, position: usize, from: usize, tap: usize, passes: usize): void {
  transformColumns(6, to, position, from, tap, passes);
}

export function transformColumns4(to: usize, position: usize, from: usize, tap: usize, passes: usize): void {
  transformColumns(4, to, position, from, tap, passes);
}

/**
 * Transforms the filter of one group. Element (k, c) of tap t of the planes * 9 is at
 * from + parts[t] * part + k * row + c * column, the strides in bytes; taps are in the order of the source positions.
 * `passes` is scratch memory of FILTER_PASSES_BYTES.
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
  const position = positionBytes(planes * channels, columns);
  const directRow = <usize>padded(columns) * F32;
  const tap = <usize>channels * directRow;
  const direct = to + <usize>(n * n) * position;
  copyTaps(direct, from, parts, planes * 9, channels, columns, part, row, column);
  const depth = planes * channels;
  for (let first = 0; first < depth; first += TRANSFORM_ROWS) {
    const end = min(first + TRANSFORM_ROWS, depth);
    for (let panel = 0; panel < columns; panel += NR) {
      const panelRow: usize = columns - panel > 4 ? 32 : 16;
      const panelStart = to + <usize>panel * <usize>depth * F32;
      for (let k = first; k < end; k++) {
        const row = panelStart + <usize>k * panelRow;
        const source =
          direct + <usize>((k / channels) * 9) * tap + <usize>(k % channels) * directRow + <usize>panel * F32;
        for (let c: usize = 0; c < panelRow; c += 16) {
          if (n == 6) transformColumns6(row + c, position, source + c, tap, passes);
          else transformColumns4(row + c, position, source + c, tap, passes);
        }
      }
    }
  }
}
