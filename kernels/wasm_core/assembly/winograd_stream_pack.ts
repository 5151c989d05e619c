import {F32, PANEL} from './target';
import {SQUARES_LIMIT} from './winograd_filter';
import {ROW, streamWeights, TAPS} from './winograd_stream';

/** Rows that are packed for all columns before the next ones, so that they are read from memory once. */
const BLOCK_ROWS: i32 = 4;

/** Four columns of a weight, of which `present` are there. */
@inline
function fourColumns(from: usize, column: usize, present: i32): v128 {
  if (present >= 4 && column == F32) return v128.load(from);
  let value = f32x4.splat(0);
  if (present > 0) value = f32x4.replace_lane(value, 0, f32.load(from));
  if (present > 1) value = f32x4.replace_lane(value, 1, f32.load(from + column));
  if (present > 2) value = f32x4.replace_lane(value, 2, f32.load(from + 2 * column));
  if (present > 3) value = f32x4.replace_lane(value, 3, f32.load(from + 3 * column));
  return value;
}

/** Whether values are within SQUARES_LIMIT, as masks. */
@inline
function isBounded(value: v128): v128 {
  return f32x4.lt(f32x4.mul(value, value), f32x4.splat(SQUARES_LIMIT / 9));
}

/** Packs the filter of one group; parameters as of transformFilter(). */
export function packStream(
    to: usize, from: usize, parts: usize, planes: i32, channels: i32, columns: i32, part: usize, row: usize,
    column: usize): void {
  const depth = planes * channels;
  let bounded = f32x4.eq(f32x4.splat(0), f32x4.splat(0));
  for (let first = 0; first < depth; first += BLOCK_ROWS) {
    const end = min(first + BLOCK_ROWS, depth);
    for (let panel = 0; panel < columns; panel += PANEL) {
      const whole = column == F32 && columns - panel >= PANEL;
      let at = streamWeights(to, depth, panel) + TAPS * <usize>first * ROW;
      for (let k = first; k < end; k++) {
        let list = parts + TAPS * <usize>(k / channels) * 4;
        const source = from + <usize>(k % channels) * row + <usize>panel * column;
        for (const listEnd = list + TAPS * 4; list < listEnd; list += 4, at += ROW) {
          const weight = source + <usize>load<i32>(list) * part;
          const left = whole ? v128.load(weight) : fourColumns(weight, column, columns - panel);
          const right = whole ? v128.load(weight, 16) : fourColumns(weight + 4 * column, column, columns - panel - 4);
          v128.store(at, left);
          v128.store(at, right, 16);
          bounded = v128.and(bounded, v128.and(isBounded(left), isBounded(right)));
        }
      }
    }
  }
  store<i32>(to, i32x4.all_true(bounded) ? 1 : 0);
}
