import {F32, NR, STREAM_PACK_ROWS} from '../../shared/blocking';
import {StreamedFilter} from '../../shared/streamed_filter';
import {SQUARES_LIMIT} from '../bounds';
import {panelsOf, ROW, streamWeights, TAPS} from './stream';

/** Four columns of a weight, `present` of which are in bounds. */
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

/**
 * Packs the columns first ... end - 1 of a group, in panels that begin at `to` with the first one, which is a multiple of
 * 8. `taps` lists nine for each plane, `present` is how many columns there are. Returns whether all values are within
 * SQUARES_LIMIT.
 */
export function packColumns(
  to: usize,
  filter: StreamedFilter,
  taps: usize,
  group: i32,
  planes: i32,
  channels: i32,
  first: i32,
  end: i32,
  present: i32,
): bool {
  const depth = planes * channels,
    column = filter.column,
    tap = filter.tap;
  const from = filter.weights + <usize>group * filter.group;
  let bounded = f32x4.eq(f32x4.splat(0), f32x4.splat(0));
  for (let row = 0; row < depth; row += STREAM_PACK_ROWS) {
    const endRow = min(row + STREAM_PACK_ROWS, depth);
    for (let panel = first; panel < end; panel += NR) {
      const whole = column == F32 && present - panel >= NR;
      let at = streamWeights(to, depth, panel - first) + TAPS * <usize>row * ROW;
      for (let k = row; k < endRow; k++) {
        let list = taps + TAPS * <usize>(k / channels) * 4;
        const source = from + <usize>(k % channels) * filter.channel + <usize>panel * column;
        for (const endList = list + TAPS * 4; list < endList; list += 4, at += ROW) {
          const weight = source + <usize>load<i32>(list) * tap;
          const left = whole ? v128.load(weight) : fourColumns(weight, column, present - panel);
          const right = whole ? v128.load(weight, 16) : fourColumns(weight + 4 * column, column, present - panel - 4);
          v128.store(at, left);
          v128.store(at, right, 16);
          bounded = v128.and(bounded, v128.and(isBounded(left), isBounded(right)));
        }
      }
    }
  }
  return i32x4.all_true(bounded);
}

/** Packs up to `count` more columns, a multiple of 8, of every group. */
export function packStream(
  filter: StreamedFilter,
  taps: usize,
  groups: i32,
  planes: i32,
  channels: i32,
  columns: i32,
  count: i32,
): void {
  const first = filter.packed,
    end = min(first + count, columns);
  for (let group = 0; group < groups; group++) {
    const to = streamWeights(panelsOf(filter, group, planes * channels, columns), planes * channels, first);
    if (!packColumns(to, filter, taps, group, planes, channels, first, end, columns)) filter.bounded = 0;
  }
  filter.packed = end;
}
