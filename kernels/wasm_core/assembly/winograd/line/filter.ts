import {padded} from '../../common/vector';
import {mad} from '../../common/target';
import {F32, NR, TRANSFORM_ROWS} from '../../shared/blocking';
import {copyTaps, outOfBounds, positionBytes} from '../filter';
import {SCALE_1, SCALE_2, R} from '../transform';
import {POINTS} from './tiles';

/*
 * Filters of winogradLineForward(), transformed once: for each position packed panels of [terms * channels, columns], then
 * the filter itself, [outer, taps, inner, channels, columns rounded up to 4]. Its taps are numbered in that order; those of
 * the line are `inner` apart, and terms are outer * inner.
 */

/** Bytes of the transformed filter of one group. */
export function winogradLineFilterBytes(terms: i32, taps: i32, channels: i32, columns: i32): usize {
  const direct = <usize>(terms * taps * channels) * <usize>padded(columns) * F32;
  return <usize>POINTS * positionBytes(terms * channels, columns) + direct;
}


@inline
function tapOr0(from: usize, tap: usize, n: i32, taps: i32): v128 {
  return n < taps ? v128.load(from + <usize>n * tap) : f32x4.splat(0);
}

/** Gg for 2 to 5 taps that are `tap` bytes apart: the polynomial of the taps at every point (../transform.ts). */
@inline
function filterPass(to: usize, position: usize, from: usize, tap: usize, taps: i32): void {
  const g0 = v128.load(from),
    g1 = v128.load(from + tap);
  const g2 = tapOr0(from, tap, 2, taps),
    g3 = tapOr0(from, tap, 3, taps),
    g4 = tapOr0(from, tap, 4, taps);
  const half = f32x4.splat(0.5),
    two = f32x4.splat(2);
  v128.store(to, v128.or(g0, outOfBounds(from, tap, taps)));
  const even1 = mad(mad(g4, half, g2), half, g0);
  const odd1 = f32x4.mul(mad(g3, half, g1), f32x4.splat(R));
  v128.store((to += position), f32x4.mul(f32x4.add(even1, odd1), f32x4.splat(SCALE_1)));
  v128.store((to += position), f32x4.mul(f32x4.sub(even1, odd1), f32x4.splat(SCALE_1)));
  const even2 = mad(mad(g4, two, g2), two, g0);
  const odd2 = f32x4.mul(mad(g3, two, g1), f32x4.splat(2 * R));
  v128.store((to += position), f32x4.mul(f32x4.add(even2, odd2), f32x4.splat(SCALE_2)));
  v128.store((to += position), f32x4.mul(f32x4.sub(even2, odd2), f32x4.splat(SCALE_2)));
  v128.store(to + position, v128.load(from + <usize>(taps - 1) * tap));
}

/** Transforms the filter of one group; `from` to `column` are those of transformFilter(). */
export function transformLineFilter(
  to: usize,
  from: usize,
  parts: usize,
  outer: i32,
  taps: i32,
  inner: i32,
  channels: i32,
  columns: i32,
  part: usize,
  row: usize,
  column: usize,
): void {
  const depth = outer * inner * channels;
  const position = positionBytes(depth, columns);
  const directRow = <usize>padded(columns) * F32;
  const tap = <usize>channels * directRow;
  const direct = to + <usize>POINTS * position;
  copyTaps(direct, from, parts, outer * taps * inner, channels, columns, part, row, column);
  for (let first = 0; first < depth; first += TRANSFORM_ROWS) {
    const end = min(first + TRANSFORM_ROWS, depth);
    for (let panel = 0; panel < columns; panel += NR) {
      const panelRow: usize = columns - panel > 4 ? 32 : 16;
      const panelStart = to + <usize>panel * <usize>depth * F32;
      for (let k = first; k < end; k++) {
        const term = k / channels;
        const firstTap = (term / inner) * taps * inner + (term % inner);
        const source = direct + <usize>firstTap * tap + <usize>(k % channels) * directRow + <usize>panel * F32;
        const row = panelStart + <usize>k * panelRow;
        for (let c: usize = 0; c < panelRow; c += 16) {
          filterPass(row + c, position, source + c, <usize>inner * tap, taps);
        }
      }
    }
  }
}
