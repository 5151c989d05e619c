import {mad} from '../common/target';

/*
 * Products of spectra of many channels. At every frequency, rows [source channel][real, imaginary] are multiplied by a
 * matrix [source channel][real, imaginary row][four real | four imaginary parts of result channels], which is an ordinary
 * real product: (a + i b) (x + i y) adds a [x, y] and b [-y, x].
 */

/** Bytes of a source channel in a row, and of four result channels of one in a matrix. */
export const ROW_CHANNEL: usize = 8;
export const MATRIX_CHANNEL: usize = 64;

/** Rows that are multiplied at once, the most that leave all sums in registers. */
const DENSE_ROWS: i32 = 6;

/** `rows` rows (known when it is inlined) times four result channels. */
@inline
function microkernel(rows: i32, a: usize, aRow: usize, b: usize, end: usize, c: usize, cRow: usize): void {
  const zero = f32x4.splat(0);
  let r0 = zero,
    i0 = zero,
    r1 = zero,
    i1 = zero,
    r2 = zero,
    i2 = zero;
  let r3 = zero,
    i3 = zero,
    r4 = zero,
    i4 = zero,
    r5 = zero,
    i5 = zero;
  for (; b < end; b += 32, a += 4) {
    const x = v128.load(b),
      y = v128.load(b, 16);
    let p = a,
      v = v128.load_splat<f32>(p);
    r0 = mad(v, x, r0);
    i0 = mad(v, y, i0);
    p += aRow;
    v = v128.load_splat<f32>(p);
    r1 = mad(v, x, r1);
    i1 = mad(v, y, i1);
    if (rows > 2) {
      p += aRow;
      v = v128.load_splat<f32>(p);
      r2 = mad(v, x, r2);
      i2 = mad(v, y, i2);
      p += aRow;
      v = v128.load_splat<f32>(p);
      r3 = mad(v, x, r3);
      i3 = mad(v, y, i3);
    }
    if (rows > 4) {
      p += aRow;
      v = v128.load_splat<f32>(p);
      r4 = mad(v, x, r4);
      i4 = mad(v, y, i4);
      p += aRow;
      v = v128.load_splat<f32>(p);
      r5 = mad(v, x, r5);
      i5 = mad(v, y, i5);
    }
  }
  storeSum(c, r0, i0);
  storeSum(c + cRow, r1, i1);
  if (rows > 2) {
    storeSum(c + 2 * cRow, r2, i2);
    storeSum(c + 3 * cRow, r3, i3);
  }
  if (rows > 4) {
    storeSum(c + 4 * cRow, r4, i4);
    storeSum(c + 5 * cRow, r5, i5);
  }
}


@inline
function storeSum(to: usize, re: v128, im: v128): void {
  v128.store(to, re);
  v128.store(to, im, 16);
}

function sixRows(a: usize, aRow: usize, b: usize, end: usize, c: usize, cRow: usize): void {
  microkernel(6, a, aRow, b, end, c, cRow);
}

function fourRows(a: usize, aRow: usize, b: usize, end: usize, c: usize, cRow: usize): void {
  microkernel(4, a, aRow, b, end, c, cRow);
}

function twoRows(a: usize, aRow: usize, b: usize, end: usize, c: usize, cRow: usize): void {
  microkernel(2, a, aRow, b, end, c, cRow);
}

/**
 * The product of one frequency: `rows` (an even number) rows of `depth` source channels times the matrices of `columns`
 * blocks of four result channels, which follow each other.
 */
export function multiplyFrequency(a: usize, b: usize, c: usize, rows: i32, depth: i32, columns: i32): void {
  const aRow = <usize>depth * ROW_CHANNEL,
    cRow = <usize>columns * 32;
  const matrix = <usize>depth * MATRIX_CHANNEL;
  for (let column = 0; column < columns; column++, b += matrix, c += 32) {
    let left = rows,
      from = a,
      to = c;
    for (; left >= DENSE_ROWS; left -= DENSE_ROWS, from += <usize>DENSE_ROWS * aRow, to += <usize>DENSE_ROWS * cRow) {
      sixRows(from, aRow, b, b + matrix, to, cRow);
    }
    if (left == 4) fourRows(from, aRow, b, b + matrix, to, cRow);
    else if (left == 2) twoRows(from, aRow, b, b + matrix, to, cRow);
  }
}
