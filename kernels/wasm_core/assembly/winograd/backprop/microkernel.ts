import {mad} from '../../common/target';
import {STREAM_INPUT} from '../stream/microkernel';

/*
 * The microkernels of the filter's gradient where all tiles are one group: sums of so few terms take longer to store than
 * to compute, so that dy stays in registers.
 */

/** c[k, n] = sum over the tiles of a[k, tile] * y[tile, n] for `depth` rows of 8 columns: four tiles, or two. */
@inline
function outer(four: bool, depth: i32, a: usize, y: usize, yRow: usize, next: usize, c: usize, cRow: usize): void {
  const y00 = v128.load(y),
    y01 = v128.load(y, 16),
    y10 = v128.load(y + yRow),
    y11 = v128.load(y + yRow, 16);
  let y20 = y00,
    y21 = y01,
    y30 = y10,
    y31 = y11;
  if (four) {
    y20 = v128.load(y + 2 * yRow);
    y21 = v128.load(y + 2 * yRow, 16);
    y30 = v128.load(y + 3 * yRow);
    y31 = v128.load(y + 3 * yRow, 16);
  }
  for (const end = a + STREAM_INPUT * <usize>depth; a < end; a += STREAM_INPUT, c += cRow) {
    let v = v128.load_splat<f32>(a);
    let left = f32x4.mul(v, y00),
      right = f32x4.mul(v, y01);
    v = v128.load_splat<f32>(a + next);
    left = mad(v, y10, left);
    right = mad(v, y11, right);
    if (four) {
      v = v128.load_splat<f32>(a, 8);
      left = mad(v, y20, left);
      right = mad(v, y21, right);
      v = v128.load_splat<f32>(a, 12);
      left = mad(v, y30, left);
      right = mad(v, y31, right);
    }
    v128.store(c, left);
    v128.store(c, right, 16);
  }
}

/** The products of four tiles at `count` neighbouring positions, for `panels` panels of 8 columns. */
export function outer4x8(
  count: i32,
  panels: i32,
  depth: i32,
  a: usize,
  aPosition: usize,
  y: usize,
  yPosition: usize,
  c: usize,
  cPosition: usize,
  cRow: usize,
): void {
  for (; count > 0; count--, a += aPosition, y += yPosition, c += cPosition) {
    let p = y,
      to = c;
    for (let n = panels; n > 0; n--, p += 128, to += 32) outer(true, depth, a, p, 32, 4, to, cRow);
  }
}

/** outer4x8() of two tiles, the second of which is `second` after the first. */
export function outer2x8(
  count: i32,
  panels: i32,
  depth: i32,
  second: usize,
  a: usize,
  aPosition: usize,
  y: usize,
  yPosition: usize,
  c: usize,
  cPosition: usize,
  cRow: usize,
): void {
  for (; count > 0; count--, a += aPosition, y += yPosition, c += cPosition) {
    let p = y,
      to = c;
    for (let n = panels; n > 0; n--, p += 128, to += 32) outer(false, depth, a, p, 32 * second, 4 * second, to, cRow);
  }
}
