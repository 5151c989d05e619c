import {limited} from '../common/activation';
import {mad, NR_BYTES} from '../common/target';
import {storeFirst} from '../common/vector';
import {NR} from '../shared/blocking';

/*
 * Products of at most four terms, which the stores of their results limit: of pixels of one to four channels, or of a few
 * taps. Two rows at a time are written in order, and their terms stay in registers for all panels. A microkernel for each
 * panel would take as long to call.
 */

/** Terms of a sum at most. */
export const THIN_DEPTH: i32 = 4;

/** init + the products with the vector at p of each row of a panel, whose rows are `row` bytes apart, within limits. */
@inline
function sumOf(depth: i32, p: usize, row: usize, x0: v128, x1: v128, x2: v128, x3: v128, init: v128): v128 {
  let y = mad(x0, v128.load(p), init);
  if (depth > 1) y = mad(x1, v128.load(p + row), y);
  if (depth > 2) y = mad(x2, v128.load(p + 2 * row), y);
  if (depth > 3) y = mad(x3, v128.load(p + 3 * row), y);
  return y;
}

/** multiplyThin() of one row, or of two, for a depth; both are constants. */
@inline
function thinRow(
  rows: i32,
  depth: i32,
  columns: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  limits: usize,
): void {
  const low = v128.load_splat<f32>(limits);
  const high = v128.load_splat<f32>(limits, 4);
  const zero = f32x4.splat(0);
  const next = rows > 1 ? a + aRow : a;
  const x0 = v128.load_splat<f32>(a),
    z0 = v128.load_splat<f32>(next);
  const x1 = depth > 1 ? v128.load_splat<f32>(a, 4) : zero,
    z1 = depth > 1 ? v128.load_splat<f32>(next, 4) : zero;
  const x2 = depth > 2 ? v128.load_splat<f32>(a, 8) : zero,
    z2 = depth > 2 ? v128.load_splat<f32>(next, 8) : zero;
  const x3 = depth > 3 ? v128.load_splat<f32>(a, 12) : zero,
    z3 = depth > 3 ? v128.load_splat<f32>(next, 12) : zero;
  const panel = <usize>depth * NR_BYTES;
  for (; columns >= NR; columns -= NR, b += panel, c += NR_BYTES, init += NR_BYTES) {
    const i0 = v128.load(init),
      i1 = v128.load(init, 16);
    v128.store(c, limited(sumOf(depth, b, NR_BYTES, x0, x1, x2, x3, i0), low, high));
    v128.store(c, limited(sumOf(depth, b + 16, NR_BYTES, x0, x1, x2, x3, i1), low, high), 16);
    if (rows == 1) continue;
    v128.store(c + cRow, limited(sumOf(depth, b, NR_BYTES, z0, z1, z2, z3, i0), low, high));
    v128.store(c + cRow, limited(sumOf(depth, b + 16, NR_BYTES, z0, z1, z2, z3, i1), low, high), 16);
  }
  // The last panel has 4 columns where that is enough.
  const row = columns > 4 ? NR_BYTES : NR_BYTES / 2;
  for (; columns > 0; columns -= 4, b += 16, c += 16, init += 16) {
    const i0 = v128.load(init);
    storeFirst(c, limited(sumOf(depth, b, row, x0, x1, x2, x3, i0), low, high), columns);
    if (rows > 1) storeFirst(c + cRow, limited(sumOf(depth, b, row, z0, z1, z2, z3, i0), low, high), columns);
  }
}

/** multiplyThin() of a depth, a constant. */
@inline
function thinRows(
  depth: i32,
  rows: i32,
  columns: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  limits: usize,
): void {
  for (; rows > 1; rows -= 2, a += 2 * aRow, c += 2 * cRow) {
    thinRow(2, depth, columns, a, aRow, b, c, cRow, init, limits);
  }
  if (rows > 0) thinRow(1, depth, columns, a, aRow, b, c, cRow, init, limits);
}

/* A function for each depth, exported so that the compiler does not merge them. */

export function thin1(
  rows: i32,
  columns: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  limits: usize,
): void {
  thinRows(1, rows, columns, a, aRow, b, c, cRow, init, limits);
}

export function thin2(
  rows: i32,
  columns: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  limits: usize,
): void {
  thinRows(2, rows, columns, a, aRow, b, c, cRow, init, limits);
}

export function thin3(
  rows: i32,
  columns: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  limits: usize,
): void {
  thinRows(3, rows, columns, a, aRow, b, c, cRow, init, limits);
}

export function thin4(
  rows: i32,
  columns: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  limits: usize,
): void {
  thinRows(4, rows, columns, a, aRow, b, c, cRow, init, limits);
}

/**
 * c[m, n] = sum over k < depth of a[m, k] * b[k, n] + init[n], limited to the two floats at `limits`, where the depth is
 * THIN_DEPTH at most. b is packed in panels, and init padded with zeros; only `columns` columns of c are written.
 */
export function multiplyThin(
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  limits: usize,
): void {
  if (depth == 1) thin1(rows, columns, a, aRow, b, c, cRow, init, limits);
  else if (depth == 2) thin2(rows, columns, a, aRow, b, c, cRow, init, limits);
  else if (depth == 3) thin3(rows, columns, a, aRow, b, c, cRow, init, limits);
  else thin4(rows, columns, a, aRow, b, c, cRow, init, limits);
}
