import {mad} from '../../common/target';
import {F32} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {SQUARES_LIMIT} from '../bounds';
import {GradientBlock} from './tiles';
import {tap0, tap1, tap2, tapPass4, tapPass6} from './transposed_transform';

/** Adds the first `count` of four values to memory, or writes them. */
@inline
function putFirst(to: usize, value: v128, count: i32, add: bool): void {
  if (count >= 4) {
    v128.store(to, add ? f32x4.add(v128.load(to), value) : value);
    return;
  }
  const last = to + <usize>count * F32;
  for (; to < last; to += F32, value = v128.shuffle<f32>(value, value, 1, 2, 3, 0)) {
    const one = f32x4.extract_lane(value, 0);
    f32.store(to, add ? f32.load(to) + one : one);
  }
}

/**
 * G'mG of four output channels: nine taps, whose first `count` channels are put at `offset` from the addresses of a list.
 * Returns the sums of the squares of the taps at the corners, to which every sum m contributes.
 */
@inline
function transformVector(
  size: i32,
  from: usize,
  position: usize,
  passes: usize,
  list: usize,
  offset: usize,
  count: i32,
  add: bool,
): v128 {
  const n = size + 2;
  const line = <usize>n * position;
  for (let j = 0, t = passes; j < n; j++, from += position, t += 16) {
    let p = from;
    const m0 = v128.load(p),
      m1 = v128.load((p += line)),
      m2 = v128.load((p += line)),
      m3 = v128.load((p += line));
    if (size == 4) tapPass6(t, 96, m0, m1, m2, m3, v128.load(p + line), v128.load(p + 2 * line));
    else tapPass4(t, 64, m0, m1, m2, m3);
  }
  let sum = f32x4.splat(0);
  for (let i = 0; i < 3; i++, passes += <usize>n * 16, list += 12) {
    const m0 = v128.load(passes),
      m3 = v128.load(passes, 48);
    const m1 = v128.load(passes, 16),
      m2 = v128.load(passes, 32);
    const even1 = f32x4.add(m1, m2),
      odd1 = f32x4.sub(m1, m2);
    let even2 = m3,
      odd2 = m3,
      last = m3;
    if (size == 4) {
      const m4 = v128.load(passes, 64);
      even2 = f32x4.add(m3, m4);
      odd2 = f32x4.sub(m3, m4);
      last = v128.load(passes, 80);
    }
    const first = tap0(size, m0, even1, even2);
    putFirst(load<usize>(list) + offset, first, count, add);
    putFirst(load<usize>(list, 4) + offset, tap1(size, odd1, odd2), count, add);
    const third = tap2(size, even1, even2, last);
    putFirst(load<usize>(list, 8) + offset, third, count, add);
    if (i != 1) sum = mad(first, first, mad(third, third, sum));
  }
  return sum;
}

/** All output channels of one row of sums. */
@inline
function transformRow(size: i32, block: GradientBlock, from: usize, list: usize, count: i32, add: bool): bool {
  const position = block.productPosition;
  const passes = block.passes;
  const whole = <usize>(count & ~3) * F32;
  let sum = f32x4.splat(0);
  for (let n: usize = 0; n < whole; n += 16) {
    sum = f32x4.add(sum, transformVector(size, from + n, position, passes, list, n, 4, add));
  }
  if ((count & 3) != 0) {
    sum = f32x4.add(sum, transformVector(size, from + whole, position, passes, list, whole, count & 3, add));
  }
  return i32x4.all_true(f32x4.lt(sum, f32x4.splat(SQUARES_LIMIT)));
}

function addRow4(block: GradientBlock, from: usize, list: usize, count: i32): bool {
  return transformRow(4, block, from, list, count, true);
}

function writeRow4(block: GradientBlock, from: usize, list: usize, count: i32): bool {
  return transformRow(4, block, from, list, count, false);
}

function addRow2(block: GradientBlock, from: usize, list: usize, count: i32): bool {
  return transformRow(2, block, from, list, count, true);
}

function writeRow2(block: GradientBlock, from: usize, list: usize, count: i32): bool {
  return transformRow(2, block, from, list, count, false);
}

/**
 * Transforms `rows` x `count` sums, of the rows from `first` and the output channels from `column` on, to the taps of the
 * gradient. Returns whether all of them are within ../bounds.ts.
 */
export function writeTaps(
  conv: Conv,
  block: GradientBlock,
  size: i32,
  group: i32,
  first: i32,
  rows: i32,
  column: i32,
  count: i32,
  add: bool,
): bool {
  const channels = conv.groupInChannels;
  const filterRow = <usize>(conv.groups * conv.groupOutChannels) * F32;
  const tap = <usize>channels * filterRow;
  const start = conv.filter + <usize>(group * conv.groupOutChannels + column) * F32;
  for (let r = 0; r < rows; r++) {
    const list = conv.list + <usize>(((first + r) / channels) * 9) * 4;
    const to = start + <usize>((first + r) % channels) * filterRow;
    for (let t: usize = 0; t < 36; t += 4) store<usize>(block.list + t, to + <usize>load<i32>(list + t) * tap);
    const from = block.products + <usize>r * block.productRow;
    let finite: bool;
    if (size == 4) {
      finite = add ? addRow4(block, from, block.list, count) : writeRow4(block, from, block.list, count);
    } else {
      finite = add ? addRow2(block, from, block.list, count) : writeRow2(block, from, block.list, count);
    }
    if (!finite) return false;
  }
  return true;
}
