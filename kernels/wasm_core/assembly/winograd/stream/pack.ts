import {F32, NR, STREAM_PACK_ROWS} from '../../shared/blocking';
import {SQUARES_LIMIT} from '../bounds';
import {panelsOf, ROW, setBounded, streamWeights, TAPS} from './stream';

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
function within(value: v128): v128 {
  return f32x4.lt(f32x4.mul(value, value), f32x4.splat(SQUARES_LIMIT / 9));
}

/**
 * Packs the weights of a group, which begin at `from`, in panels that begin at `to`. `taps` lists nine for each plane; in
 * the filter, taps, channels and columns are `tap`, `channel` and `column` bytes apart. Returns whether all values are
 * within SQUARES_LIMIT.
 */
function packGroup(
  to: usize,
  from: usize,
  taps: usize,
  planes: i32,
  channels: i32,
  columns: i32,
  tap: usize,
  channel: usize,
  column: usize,
): bool {
  const depth = planes * channels;
  let bounded = f32x4.eq(f32x4.splat(0), f32x4.splat(0));
  for (let row = 0; row < depth; row += STREAM_PACK_ROWS) {
    const endRow = min(row + STREAM_PACK_ROWS, depth);
    for (let panel = 0; panel < columns; panel += NR) {
      const present = columns - panel;
      const whole = column == F32 && present >= NR;
      let at = streamWeights(to, depth, panel) + TAPS * <usize>row * ROW;
      for (let k = row; k < endRow; k++) {
        let list = taps + TAPS * <usize>(k / channels) * 4;
        const source = from + <usize>(k % channels) * channel + <usize>panel * column;
        for (const endList = list + TAPS * 4; list < endList; list += 4, at += ROW) {
          const weight = source + <usize>load<i32>(list) * tap;
          const left = whole ? v128.load(weight) : fourColumns(weight, column, present);
          const right = whole ? v128.load(weight, 16) : fourColumns(weight + 4 * column, column, present - 4);
          v128.store(at, left);
          v128.store(at, right, 16);
          bounded = v128.and(bounded, v128.and(within(left), within(right)));
        }
      }
    }
  }
  return i32x4.all_true(bounded);
}

/** Packs all groups of a filter, which are `group` bytes apart; the rest as packGroup() has it. */
export function packStream(
  to: usize,
  from: usize,
  taps: usize,
  groups: i32,
  planes: i32,
  channels: i32,
  columns: i32,
  group: usize,
  tap: usize,
  channel: usize,
  column: usize,
): void {
  let bounded = true;
  for (let i = 0; i < groups; i++) {
    const panels = panelsOf(to, i, planes * channels, columns);
    const weights = from + <usize>i * group;
    if (!packGroup(panels, weights, taps, planes, channels, columns, tap, channel, column)) bounded = false;
  }
  setBounded(to, bounded);
}
