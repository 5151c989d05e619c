import {CACHE_LINE, F32} from '../shared/blocking';

/** Stores the columns of four vectors, `toRow` bytes from one to the next. */
@inline
export function storeTransposed(to: usize, toRow: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const lo01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5),
    hi01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const lo23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5),
    hi23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(lo01, lo23, 0, 1, 4, 5));
  v128.store(to + toRow, v128.shuffle<f32>(lo01, lo23, 2, 3, 6, 7));
  v128.store(to + 2 * toRow, v128.shuffle<f32>(hi01, hi23, 0, 1, 4, 5));
  v128.store(to + 3 * toRow, v128.shuffle<f32>(hi01, hi23, 2, 3, 6, 7));
}


@inline
function transposeTile(to: usize, toRow: usize, from: usize, fromRow: usize): void {
  const r0 = v128.load(from),
    r1 = v128.load(from + fromRow);
  const r2 = v128.load(from + 2 * fromRow),
    r3 = v128.load(from + 3 * fromRow);
  storeTransposed(to, toRow, r0, r1, r2, r3);
}

/** Columns that are transposed for all rows before the next ones: a cache line of them, so that each is read once. */
const LINE_FLOATS: i32 = <i32>(CACHE_LINE / F32);

/** to[n, m] = from[m, n], both dense: channels first to channels last, and back. */
export function transpose(to: usize, from: usize, rows: i32, columns: i32): void {
  const fromRow = <usize>columns * F32;
  const toRow = <usize>rows * F32;
  for (let first = 0; first < columns; first += LINE_FLOATS) {
    const end = min(first + LINE_FLOATS, columns);
    let m = 0;
    for (; m + 4 <= rows; m += 4) {
      const line = from + <usize>m * fromRow;
      const column = to + <usize>m * F32;
      let n = first;
      for (; n + 4 <= end; n += 4) transposeTile(column + <usize>n * toRow, toRow, line + <usize>n * F32, fromRow);
      for (; n < end; n++) {
        for (let r: usize = 0; r < 4; r++) {
          f32.store(column + <usize>n * toRow + r * F32, f32.load(line + r * fromRow + <usize>n * F32));
        }
      }
    }
    for (; m < rows; m++) {
      for (let n = first; n < end; n++) {
        f32.store(to + <usize>n * toRow + <usize>m * F32, f32.load(from + <usize>m * fromRow + <usize>n * F32));
      }
    }
  }
}

/** to[n * copies + j] = from[n] */
export function expand(to: usize, from: usize, count: i32, copies: i32): void {
  let n = 0;
  for (; copies == 2 && n + 4 <= count; n += 4, from += 16, to += 32) {
    const values = v128.load(from);
    v128.store(to, v128.shuffle<f32>(values, values, 0, 0, 1, 1));
    v128.store(to, v128.shuffle<f32>(values, values, 2, 2, 3, 3), 16);
  }
  for (; n < count; n++, from += F32) {
    const value = f32.load(from);
    for (let j = 0; j < copies; j++, to += F32) f32.store(to, value);
  }
}

/** to[n] = sum over j of from[n * parts + j] */
export function contract(to: usize, from: usize, count: i32, parts: i32): void {
  for (let n = 0; n < count; n++, to += F32) {
    let sum = f32.load(from);
    from += F32;
    for (let j = 1; j < parts; j++, from += F32) sum += f32.load(from);
    f32.store(to, sum);
  }
}
