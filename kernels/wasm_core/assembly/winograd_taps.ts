import {Conv} from './plan';
import {F32, mad} from './target';
import {GradientBlock} from './winograd_gradient_tiles';
import {SQUARES_LIMIT} from './winograd_output';
import {tapPass4, tapPass6} from './winograd_transposed';

/** Adds the first `count` of four values to what is there, or writes them. */
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
 * G'mG of four columns: nine taps, of which tap t is put at to + list[t] * tap. Returns the sum of their squares.
 */
@inline
function transformFour(
    size: i32, from: usize, position: usize, passes: usize, to: usize, list: usize, tap: usize, count: i32,
    add: bool): v128 {
  const n = size + 2;
  const line = <usize>n * position;
  for (let j = 0, t = passes; j < n; j++, from += position, t += 16) {
    let p = from;
    const m0 = v128.load(p), m1 = v128.load(p += line), m2 = v128.load(p += line), m3 = v128.load(p += line);
    if (size == 4) tapPass6(t, 96, m0, m1, m2, m3, v128.load(p + line), v128.load(p + 2 * line));
    else tapPass4(t, 64, m0, m1, m2, m3);
  }
  let sum = f32x4.splat(0);
  for (let i = 0; i < 3; i++, passes += <usize>n * 16) {
    const m0 = v128.load(passes), m1 = v128.load(passes, 16), m2 = v128.load(passes, 32), m3 = v128.load(passes, 48);
    if (size == 4) tapPass6(passes, 16, m0, m1, m2, m3, v128.load(passes, 64), v128.load(passes, 80));
    else tapPass4(passes, 16, m0, m1, m2, m3);
    for (let j: usize = 0; j < 48; j += 16, list += 4) {
      const value = v128.load(passes + j);
      putFirst(to + <usize>load<i32>(list) * tap, value, count, add);
      sum = mad(value, value, sum);
    }
  }
  return sum;
}

/** All columns of one row of sums. */
@inline
function transformRow(
    size: i32, block: GradientBlock, from: usize, to: usize, list: usize, tap: usize, count: i32, add: bool): bool {
  let sum = f32x4.splat(0);
  for (let n = 0; n < count; n += 4, from += 16, to += 16) {
    sum = f32x4.add(sum, transformFour(
        size, from, block.productPosition, block.passes, to, list, tap, count - n, add));
  }
  return i32x4.all_true(f32x4.lt(sum, f32x4.splat(SQUARES_LIMIT)));
}

function transformRow4(
    block: GradientBlock, from: usize, to: usize, list: usize, tap: usize, count: i32, add: bool): bool {
  return transformRow(4, block, from, to, list, tap, count, add);
}

function transformRow2(
    block: GradientBlock, from: usize, to: usize, list: usize, tap: usize, count: i32, add: bool): bool {
  return transformRow(2, block, from, to, list, tap, count, add);
}

/**
 * Transforms `rows` x `count` sums, of the rows from `first` and the columns from `column` on, to where the taps stand
 * in the gradient. Returns whether all of them are within bounds.
 */
export function writeTaps(
    conv: Conv, block: GradientBlock, size: i32, group: i32, first: i32, rows: i32, column: i32, count: i32,
    taps: usize, add: bool): bool {
  const channels = conv.channels;
  const filterRow = <usize>(conv.groups * conv.columns) * F32;
  const tap = <usize>channels * filterRow;
  const start = conv.filter + <usize>(group * conv.columns + column) * F32;
  for (let r = 0; r < rows; r++) {
    const list = taps + <usize>((first + r) / channels * 9) * 4;
    const to = start + <usize>((first + r) % channels) * filterRow;
    const from = block.products + <usize>r * block.productRow;
    const finite = size == 4 ? transformRow4(block, from, to, list, tap, count, add) :
        transformRow2(block, from, to, list, tap, count, add);
    if (!finite) return false;
  }
  return true;
}
