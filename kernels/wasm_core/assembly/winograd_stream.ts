import {F32, PANEL} from './target';
import {paddedTo4, SQUARES_LIMIT} from './winograd_filter';

/*
 * Filters of F(4x4, 3x3) that are transformed while they are used. Where there are few tiles, a transformed filter,
 * which is four times as large, takes longer to come from memory than the filter itself and its transform together: so
 * that is packed as it is, for each 8 (or 4) columns [planes * channels, 9 taps, columns], and a part of the channels is
 * transformed at a time, into the cache.
 *
 * The rows of G (winograd_transform.ts) are scaled so that they cost few operations; scaleInputs() makes up for it.
 */

/** Channels that are transformed at a time. */
export const STREAM_ROWS: i32 = 64;
/** Bytes from one position of the transformed part to the next. Not a multiple of 4096, see positionBytes(). */
export const STREAM_POSITION: usize = 32 * <usize>STREAM_ROWS + 64;
const LINE: usize = 6 * STREAM_POSITION;
export const STREAM_BYTES: usize = 36 * STREAM_POSITION;

/** Bytes before the panels: whether all values are within SQUARES_LIMIT. */
const HEADER: usize = 16;
export const TAPS: usize = 9;
const ROOT: f32 = 1.4142135623730951;

/** Bytes of the filter of one group; `depth` is planes * channels. */
export function streamFilterBytes(depth: i32, columns: i32): usize {
  return HEADER + TAPS * <usize>depth * <usize>paddedTo4(columns) * F32;
}

/** Where the weights (row 0, tap 0) of a vector of columns stand. */
@inline
export function streamWeights(filter: usize, depth: i32, column: i32): usize {
  return filter + HEADER + TAPS * <usize>(column & ~(PANEL - 1)) * <usize>depth * F32 +
      <usize>(column & (PANEL - 1)) * F32;
}

/** Bytes from one tap of a row to the next, in the panel of that column. */
@inline
export function streamTap(columns: i32, column: i32): usize {
  return columns - (column & ~(PANEL - 1)) > 4 ? 32 : 16;
}

/** 2 a + b */
@inline
function twicePlus(a: v128, b: v128): v128 {
  return f32x4.add(f32x4.add(a, a), b);
}

/** Writes G g for one line of three values, as six positions. */
@inline
function writeLine(to: usize, g0: v128, g1: v128, g2: v128): void {
  const odd = f32x4.mul(g1, f32x4.splat(ROOT));
  const even1 = twicePlus(g0, g2), even2 = twicePlus(g2, g0);
  v128.store(to, g0);
  v128.store(to, f32x4.add(even1, odd), STREAM_POSITION);
  v128.store(to, f32x4.sub(even1, odd), 2 * STREAM_POSITION);
  v128.store(to, f32x4.add(even2, odd), 3 * STREAM_POSITION);
  v128.store(to, f32x4.sub(even2, odd), 4 * STREAM_POSITION);
  v128.store(to, g2, 5 * STREAM_POSITION);
}
/** G g G' of four columns of one channel; an export so that it is not inlined. */
export function streamFour(to: usize, from: usize, tap: usize): void {
  const r = f32x4.splat(ROOT);
  let p = from;
  const a0 = v128.load(p), a1 = v128.load(p += tap), a2 = v128.load(p += tap);
  const b0 = f32x4.mul(v128.load(p += tap), r), b1 = f32x4.mul(v128.load(p += tap), r);
  const b2 = f32x4.mul(v128.load(p += tap), r);
  const c0 = v128.load(p += tap), c1 = v128.load(p += tap), c2 = v128.load(p += tap);
  writeLine(to, a0, a1, a2);
  const d0 = twicePlus(a0, c0), d1 = twicePlus(a1, c1), d2 = twicePlus(a2, c2);
  writeLine(to + 1 * LINE, f32x4.add(d0, b0), f32x4.add(d1, b1), f32x4.add(d2, b2));
  writeLine(to + 2 * LINE, f32x4.sub(d0, b0), f32x4.sub(d1, b1), f32x4.sub(d2, b2));
  const e0 = twicePlus(c0, a0), e1 = twicePlus(c1, a1), e2 = twicePlus(c2, a2);
  writeLine(to + 3 * LINE, f32x4.add(e0, b0), f32x4.add(e1, b1), f32x4.add(e2, b2));
  writeLine(to + 4 * LINE, f32x4.sub(e0, b0), f32x4.sub(e1, b1), f32x4.sub(e2, b2));
  writeLine(to + 5 * LINE, c0, c1, c2);
}

/** All bits set in the columns of a row that hold a value beyond the bound (see outOfBounds() in winograd_filter.ts). */
@inline
function poison(to: usize, from: usize, tap: usize): void {
  let squares = f32x4.splat(0);
  for (let t: usize = 0; t < TAPS; t++, from += tap) {
    const g = v128.load(from);
    squares = f32x4.add(squares, f32x4.mul(g, g));
  }
  v128.store(to, v128.or(v128.load(to), v128.not(f32x4.lt(squares, f32x4.splat(SQUARES_LIMIT)))));
}

/**
 * Transforms `rows` rows from `first` on of the panel that begins with a column: at each position [rows, 8 (or 4)].
 * `depth` is planes * channels.
 */
export function transformPart(
    to: usize, filter: usize, depth: i32, columns: i32, column: i32, first: i32, rows: i32): void {
  const tap = streamTap(columns, column);
  const bounded = load<i32>(filter) != 0;
  let from = streamWeights(filter, depth, column) + TAPS * <usize>first * tap;
  for (let k = 0; k < rows; k++, from += TAPS * tap, to += tap) {
    for (let c: usize = 0; c < tap; c += 16) {
      streamFour(to + c, from + c, tap);
      if (!bounded) poison(to + c, from + c, tap);
    }
  }
}

/** What the rows of G above lack: the position's line and column each bring one of these factors. */
@inline
function factor(i: i32): f32 {
  if (i == 0 || i == 5) return 1;
  return i < 3 ? -1.0 / 3 : 1.0 / 6;
}

/** Scales the transformed inputs of `rows` tiles, `depth` values each. */
export function scaleInputs(inputs: usize, position: usize, row: usize, rows: i32, depth: i32): void {
  for (let i = 0; i < 36; i++, inputs += position) {
    const scale = f32x4.splat(factor(i / 6) * factor(i % 6));
    for (let r = 0; r < rows; r++) {
      const line = inputs + <usize>r * row;
      for (let at = line, end = line + <usize>depth * F32; at < end; at += 16) {
        v128.store(at, f32x4.mul(v128.load(at), scale));
      }
    }
  }
}
