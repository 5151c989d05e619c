import {mad, NR_BYTES} from '../../common/target';
import {roundUp} from '../../common/vector';
import {CACHE_LINE, F32, NR, STREAM_ROWS} from '../../shared/blocking';
import {SQUARES_LIMIT} from '../bounds';

/*
 * Filters of F(4x4, 3x3) that are transformed while they are used. Where there are few tiles, a transformed filter, which
 * is four times as large, takes longer to come from memory than the filter itself and its transform together. So the
 * filter is packed untransformed, for each 8 columns [planes * channels, 9 taps, columns], and some channels at a time are
 * transformed, into the cache.
 *
 * The rows of G (transform.ts) are scaled so that they take few operations; groupInputs() multiplies by the factors that
 * they lack.
 */

/** Bytes of a tap of one row, 8 columns; the last panel is padded with zeros. */
export const ROW: usize = NR_BYTES;
const LINE: usize = 3 * ROW;
/** Bytes from one position of the transformed part to the next. */
export const STREAM_POSITION: usize = ROW * <usize>STREAM_ROWS;
/** Positions that are transformed at a time. */
const STREAM_POSITIONS: i32 = 12;
export const STREAM_BYTES: usize = <usize>STREAM_POSITIONS * STREAM_POSITION;

export const TAPS: usize = 9;
const ROOT: f32 = 1.4142135623730951;

/** Bytes of panels for `columns` columns; `depth` is planes * channels. */
@inline
export function panelBytes(depth: i32, columns: i32): usize {
  return TAPS * <usize>depth * <usize>roundUp(columns, NR) * F32;
}

/** Bytes of a filter: a cache line, which says whether it is bounded, and the panels of all groups. */
export function streamFilterBytes(groups: i32, depth: i32, columns: i32): usize {
  return CACHE_LINE + <usize>groups * panelBytes(depth, columns);
}

/** Whether all values of a filter are known to be within SQUARES_LIMIT. */
@inline
export function isBounded(filter: usize): bool {
  return load<i32>(filter) != 0;
}


@inline
export function setBounded(filter: usize, bounded: bool): void {
  store<i32>(filter, i32(bounded));
}

/** The panels of a group. */
@inline
export function panelsOf(filter: usize, group: i32, depth: i32, columns: i32): usize {
  return filter + CACHE_LINE + <usize>group * panelBytes(depth, columns);
}

/** The weights (row 0, tap 0) of a vector of columns in panels. */
@inline
export function streamWeights(panels: usize, depth: i32, column: i32): usize {
  return panels + TAPS * <usize>(column & ~(NR - 1)) * <usize>depth * F32 + <usize>(column & (NR - 1)) * F32;
}

/**
 * Writes G g of one line of three values, as six positions, for 8 columns. The two vectors of a position are written one
 * after the other, as they share a cache line.
 */
@inline
function writeLine(to: usize, g0: v128, g1: v128, g2: v128, h0: v128, h1: v128, h2: v128): void {
  const root = f32x4.splat(ROOT),
    two = f32x4.splat(2);
  v128.store(to, g0);
  v128.store(to, h0, 16);
  const odd = f32x4.mul(g1, root),
    oddRight = f32x4.mul(h1, root);
  const even1 = mad(g0, two, g2),
    even1Right = mad(h0, two, h2);
  v128.store(to, f32x4.add(even1, odd), STREAM_POSITION);
  v128.store(to, f32x4.add(even1Right, oddRight), STREAM_POSITION + 16);
  v128.store(to, f32x4.sub(even1, odd), 2 * STREAM_POSITION);
  v128.store(to, f32x4.sub(even1Right, oddRight), 2 * STREAM_POSITION + 16);
  const even2 = mad(g2, two, g0),
    even2Right = mad(h2, two, h0);
  v128.store(to, f32x4.add(even2, odd), 3 * STREAM_POSITION);
  v128.store(to, f32x4.add(even2Right, oddRight), 3 * STREAM_POSITION + 16);
  v128.store(to, f32x4.sub(even2, odd), 4 * STREAM_POSITION);
  v128.store(to, f32x4.sub(even2Right, oddRight), 4 * STREAM_POSITION + 16);
  v128.store(to, g2, 5 * STREAM_POSITION);
  v128.store(to, h2, 5 * STREAM_POSITION + 16);
}

/** The lines 0 and 5 of G g G' for `rows` rows of 8 columns; an export, so that it is not inlined. */
export function streamOuter(to: usize, from: usize, rows: i32): void {
  for (const end = to + ROW * <usize>rows; to < end; to += ROW, from += TAPS * ROW) {
    writeLine(
      to,
      v128.load(from),
      v128.load(from, ROW),
      v128.load(from, 2 * ROW),
      v128.load(from, 16),
      v128.load(from, 16 + ROW),
      v128.load(from, 16 + 2 * ROW),
    );
    const last = from + 2 * LINE;
    writeLine(
      to + 6 * STREAM_POSITION,
      v128.load(last),
      v128.load(last, ROW),
      v128.load(last, 2 * ROW),
      v128.load(last, 16),
      v128.load(last, 16 + ROW),
      v128.load(last, 16 + 2 * ROW),
    );
  }
}

/** The lines 1 and 2, where `twice` is the first line of taps and `once` the last; 3 and 4 the other way round. */
export function streamPair(to: usize, twice: usize, middle: usize, once: usize, rows: i32): void {
  const root = f32x4.splat(ROOT),
    two = f32x4.splat(2);
  for (const end = to + ROW * <usize>rows; to < end; to += ROW) {
    const d0 = mad(v128.load(twice), two, v128.load(once));
    const d1 = mad(v128.load(twice, ROW), two, v128.load(once, ROW));
    const d2 = mad(v128.load(twice, 2 * ROW), two, v128.load(once, 2 * ROW));
    const b0 = f32x4.mul(v128.load(middle), root),
      b1 = f32x4.mul(v128.load(middle, ROW), root);
    const b2 = f32x4.mul(v128.load(middle, 2 * ROW), root);
    const e0 = mad(v128.load(twice, 16), two, v128.load(once, 16));
    const e1 = mad(v128.load(twice, ROW + 16), two, v128.load(once, ROW + 16));
    const e2 = mad(v128.load(twice, 2 * ROW + 16), two, v128.load(once, 2 * ROW + 16));
    const c0 = f32x4.mul(v128.load(middle, 16), root),
      c1 = f32x4.mul(v128.load(middle, ROW + 16), root);
    const c2 = f32x4.mul(v128.load(middle, 2 * ROW + 16), root);
    writeLine(
      to,
      f32x4.add(d0, b0),
      f32x4.add(d1, b1),
      f32x4.add(d2, b2),
      f32x4.add(e0, c0),
      f32x4.add(e1, c1),
      f32x4.add(e2, c2),
    );
    writeLine(
      to + 6 * STREAM_POSITION,
      f32x4.sub(d0, b0),
      f32x4.sub(d1, b1),
      f32x4.sub(d2, b2),
      f32x4.sub(e0, c0),
      f32x4.sub(e1, c1),
      f32x4.sub(e2, c2),
    );
    twice += TAPS * ROW;
    middle += TAPS * ROW;
    once += TAPS * ROW;
  }
}

/**
 * Sets all bits of position 0 in the columns of a row that are not within SQUARES_LIMIT (see outOfBounds() in filter.ts).
 */
@inline
function poison(to: usize, from: usize): void {
  let squares = f32x4.splat(0);
  for (let t: usize = 0; t < TAPS; t++, from += ROW) {
    const g = v128.load(from);
    squares = f32x4.add(squares, f32x4.mul(g, g));
  }
  v128.store(to, v128.or(v128.load(to), v128.not(f32x4.lt(squares, f32x4.splat(SQUARES_LIMIT)))));
}

/** The pairs of lines that are transformed together. */
export const LINE_PAIRS: i32 = 3;

/** The first position of a pair's line 0 or 1. */
@inline
export function pairPosition(pair: i32, line: i32): i32 {
  return 6 * (pair == 0 ? 5 * line : 2 * pair - 1 + line);
}

/**
 * Transforms `rows` rows of a panel at the positions of a pair of lines: at each [rows, 8]. Where they are not known to be
 * `bounded`, those that are not become NaN.
 */
export function transformPart(to: usize, from: usize, rows: i32, pair: i32, bounded: bool): void {
  const middle = from + LINE,
    last = from + 2 * LINE;
  if (pair == 1) streamPair(to, from, middle, last, rows);
  else if (pair == 2) streamPair(to, last, middle, from, rows);
  else streamOuter(to, from, rows);
  if (pair > 0 || bounded) return;
  for (let k: usize = 0; k < <usize>rows; k++) {
    poison(to + k * ROW, from + k * TAPS * ROW);
    poison(to + k * ROW + 16, from + k * TAPS * ROW + 16);
  }
}

/** The factors that the rows of G above lack: one for a position's line and one for its column. */
@inline
function factor(i: i32): f32 {
  if (i == 0 || i == 5) return 1;
  return i < 3 ? -1.0 / 3 : 1.0 / 6;
}

/** The factor that a position's products with the filter lack. */
export function positionFactor(i: i32): f32 {
  return factor(i / 6) * factor(i % 6);
}
