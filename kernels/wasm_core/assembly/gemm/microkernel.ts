import {limited} from '../common/activation';
import {mad, MR} from '../common/target';

/*
 * The GEMM microkernels: up to MR rows of the left operand times a panel of 8 (or 4) columns of the right one. Element
 * (m, k) of the left operand is at a + m * aRow + k * aDepth, so that one microkernel serves rows of pixels (aDepth is a
 * float) and a transposed operand (aRow is a float).
 *
 * They are written so that engines keep all sums in registers. The rows of a step are reached from one pointer by adding
 * aRow: a second pointer, or unrolling, takes registers. The sums start at `init`, which would take registers if it were
 * added at the end. The limits are loaded after the loop, into a branch that writes the results itself, as sums that two
 * branches may have changed are spilled. There is no loop over panels around them, since engines would unroll the inner
 * loop, and spill.
 */

/**
 * c[m, n] = sum over k of a[m, k] * b[k, n] + init[m, n], limited to the two floats at `limits` where that is not 0. rows
 * and wide (8 columns, or 4) are constants, as it is inlined.
 */
@inline
function microkernel(
  rows: i32,
  wide: bool,
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  let c00 = v128.load(init),
    c01 = wide ? v128.load(init, 16) : c00;
  if (rows > 1) init += initRow;
  let c10 = v128.load(init),
    c11 = wide ? v128.load(init, 16) : c10;
  if (rows > 2) init += initRow;
  let c20 = v128.load(init),
    c21 = wide ? v128.load(init, 16) : c20;
  if (rows > 3) init += initRow;
  let c30 = v128.load(init),
    c31 = wide ? v128.load(init, 16) : c30;
  if (rows > 4) init += initRow;
  let c40 = v128.load(init),
    c41 = wide ? v128.load(init, 16) : c40;
  if (rows > 5) init += initRow;
  let c50 = v128.load(init),
    c51 = wide ? v128.load(init, 16) : c50;
  const bStep: usize = wide ? 32 : 16;
  const end = b + <usize>depth * bStep;
  for (; b < end; b += bStep) {
    const b0 = v128.load(b);
    const b1 = wide ? v128.load(b, 16) : b0;
    let p = a;
    let v = v128.load_splat<f32>(p);
    c00 = mad(v, b0, c00);
    if (wide) c01 = mad(v, b1, c01);
    if (rows > 1) {
      p += aRow;
      v = v128.load_splat<f32>(p);
      c10 = mad(v, b0, c10);
      if (wide) c11 = mad(v, b1, c11);
    }
    if (rows > 2) {
      p += aRow;
      v = v128.load_splat<f32>(p);
      c20 = mad(v, b0, c20);
      if (wide) c21 = mad(v, b1, c21);
    }
    if (rows > 3) {
      p += aRow;
      v = v128.load_splat<f32>(p);
      c30 = mad(v, b0, c30);
      if (wide) c31 = mad(v, b1, c31);
    }
    if (rows > 4) {
      p += aRow;
      v = v128.load_splat<f32>(p);
      c40 = mad(v, b0, c40);
      if (wide) c41 = mad(v, b1, c41);
    }
    if (rows > 5) {
      p += aRow;
      v = v128.load_splat<f32>(p);
      c50 = mad(v, b0, c50);
      if (wide) c51 = mad(v, b1, c51);
    }
    a += aDepth;
  }
  if (limits != 0) {
    const low = v128.load_splat<f32>(limits),
      high = v128.load_splat<f32>(limits, 4);
    writeLimited(wide, c, c00, c01, low, high);
    if (rows > 1) writeLimited(wide, (c += cRow), c10, c11, low, high);
    if (rows > 2) writeLimited(wide, (c += cRow), c20, c21, low, high);
    if (rows > 3) writeLimited(wide, (c += cRow), c30, c31, low, high);
    if (rows > 4) writeLimited(wide, (c += cRow), c40, c41, low, high);
    if (rows > 5) writeLimited(wide, (c += cRow), c50, c51, low, high);
    return;
  }
  writeRow(wide, c, c00, c01);
  if (rows > 1) writeRow(wide, (c += cRow), c10, c11);
  if (rows > 2) writeRow(wide, (c += cRow), c20, c21);
  if (rows > 3) writeRow(wide, (c += cRow), c30, c31);
  if (rows > 4) writeRow(wide, (c += cRow), c40, c41);
  if (rows > 5) writeRow(wide, (c += cRow), c50, c51);
}


@inline
function writeLimited(wide: bool, c: usize, left: v128, right: v128, low: v128, high: v128): void {
  v128.store(c, limited(left, low, high));
  if (wide) v128.store(c, limited(right, low, high), 16);
}


@inline
function writeRow(wide: bool, c: usize, left: v128, right: v128): void {
  v128.store(c, left);
  if (wide) v128.store(c, right, 16);
}

export function gemmMRx8(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(MR, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemmMRx4(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(MR, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm1x8(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(1, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm2x8(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(2, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm3x8(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(3, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm4x8(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(4, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm5x8(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(5, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm1x4(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(1, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm2x4(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(2, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm3x4(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(3, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm4x4(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(4, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function gemm5x4(
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  microkernel(5, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

function gemmRestx8(
  rows: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  if (rows == 1) gemm1x8(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 2) gemm2x8(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 3) gemm3x8(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 4) gemm4x8(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 5) gemm5x8(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

function gemmRestx4(
  rows: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  if (rows == 1) gemm1x4(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 2) gemm2x4(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 3) gemm3x4(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 4) gemm4x4(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 5) gemm5x4(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

/** Rows of the next microkernel. The last two share theirs evenly: with one or two rows they take longer per row. */
@inline
function nextRows(left: i32): i32 {
  return left <= MR || left >= 2 * MR ? min(left, MR) : (left + 1) >> 1;
}

/**
 * Any number of rows times panels of 8 columns, which begin `panel` bytes apart. The rows of a microkernel are multiplied
 * by all panels before the next rows, so that results are written in order.
 */
export function multiplyPanels(
  rows: i32,
  panels: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  panel: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  let m = rows;
  while (m > 0) {
    const count = nextRows(m);
    let right = b;
    for (let column: usize = 0; column < <usize>panels * 32; column += 32, right += panel) {
      const to = c + column;
      const start = init + column;
      if (count == MR) gemmMRx8(depth, a, aRow, aDepth, right, to, cRow, start, initRow, limits);
      else gemmRestx8(count, depth, a, aRow, aDepth, right, to, cRow, start, initRow, limits);
    }
    a += <usize>count * aRow;
    c += <usize>count * cRow;
    init += <usize>count * initRow;
    m -= count;
  }
}

/** Any number of rows times one panel of 4 columns. */
export function multiplyNarrowPanel(
  rows: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  let m = rows;
  while (m > 0) {
    const count = nextRows(m);
    if (count == MR) gemmMRx4(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
    else gemmRestx4(count, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
    a += <usize>count * aRow;
    c += <usize>count * cRow;
    init += <usize>count * initRow;
    m -= count;
  }
}
