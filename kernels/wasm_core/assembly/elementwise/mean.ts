import {F32} from '../shared/blocking';

/** Rows that are added up before their sum is added to the total, which bounds rounding. */
const RUN_ROWS: i32 = 64;

/** total[c] += the sum of `rows` rows; `bytes` is a row's length. */
function addRows(total: usize, from: usize, rows: i32, bytes: usize): void {
  let c: usize = 0;
  for (; c + 16 <= bytes; c += 16) {
    let sum = f32x4.splat(0);
    for (let m = 0, at = from + c; m < rows; m++, at += bytes) sum = f32x4.add(sum, v128.load(at));
    v128.store(total + c, f32x4.add(v128.load(total + c), sum));
  }
  for (; c < bytes; c += F32) {
    let sum: f32 = 0;
    for (let m = 0, at = from + c; m < rows; m++, at += bytes) sum += f32.load(at);
    f32.store(total + c, f32.load(total + c) + sum);
  }
}

/** to[b, c] = the mean over m of from[b, m, c]; from is [batch, rows, columns]. */
export function meanRows(to: usize, from: usize, batch: i32, rows: i32, columns: i32): void {
  const bytes = <usize>columns * F32;
  memory.fill(to, 0, <usize>batch * bytes);
  for (let b = 0; b < batch; b++, to += bytes) {
    for (let m = 0; m < rows; m += RUN_ROWS) {
      const run = min(RUN_ROWS, rows - m);
      addRows(to, from, run, bytes);
      from += <usize>run * bytes;
    }
    for (let c: usize = 0; c < bytes; c += F32) f32.store(to + c, f32.load(to + c) / <f32>rows);
  }
}
