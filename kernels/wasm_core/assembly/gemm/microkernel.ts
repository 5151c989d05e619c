import {limited} from '../common/activation';
import {mad, TILE_ROWS} from '../common/target';

/*
 * The register tile of every matrix product: up to TILE_ROWS rows of the left operand times a panel of 8 (or 4) columns
 * of the right one. The left operand is read where it stands: element (m, k) at a + m * aRow + k * aDepth, so that one
 * tile serves rows of pixels (aDepth is a float) as well as a transposed operand (aRow is a float). Only the row
 * strides are added up within the step: more than one pointer per operand, or unrolling, costs registers and is slower.
 * The sums start at `init` rather than get it added at the end, where it would take registers too. What limits them
 * comes from memory behind the loop, as it would take registers before, into a branch that writes the results itself: sums
 * that two branches may have changed are spilled. A loop over panels around that of a tile would have the engine unroll
 * the inner one, so that it spills.
 */

/**
 * c[m, n] = sum over k of a[m, k] * b[k, n] + init[m, n], not beyond two floats at `limits` where that is not 0; rows and
 * wide (8 columns, or 4) are known when it is inlined.
 */
@inline
function tile(
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

export function fullTile(
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
  tile(TILE_ROWS, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function fullNarrowTile(
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
  tile(TILE_ROWS, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function tile1(
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
  tile(1, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function tile2(
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
  tile(2, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function tile3(
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
  tile(3, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function tile4(
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
  tile(4, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function tile5(
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
  tile(5, true, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function narrowTile1(
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
  tile(1, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function narrowTile2(
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
  tile(2, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function narrowTile3(
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
  tile(3, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function narrowTile4(
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
  tile(4, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

export function narrowTile5(
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
  tile(5, false, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

function lastTile(
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
  if (rows == 1) tile1(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 2) tile2(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 3) tile3(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 4) tile4(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 5) tile5(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

function lastNarrowTile(
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
  if (rows == 1) narrowTile1(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 2) narrowTile2(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 3) narrowTile3(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 4) narrowTile4(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
  else if (rows == 5) narrowTile5(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
}

/** Rows of the next tile. The last two share theirs evenly: tiles of one or two rows take longer per row. */
@inline
function nextRows(left: i32): i32 {
  return left <= TILE_ROWS || left >= 2 * TILE_ROWS ? min(left, TILE_ROWS) : (left + 1) >> 1;
}

/**
 * Any number of rows times panels of 8 columns, whose beginnings are `panel` bytes apart: a tile's rows times all of them
 * before the next rows, so that results are written in order.
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
      if (count == TILE_ROWS) fullTile(depth, a, aRow, aDepth, right, to, cRow, start, initRow, limits);
      else lastTile(count, depth, a, aRow, aDepth, right, to, cRow, start, initRow, limits);
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
    if (count == TILE_ROWS) fullNarrowTile(depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
    else lastNarrowTile(count, depth, a, aRow, aDepth, b, c, cRow, init, initRow, limits);
    a += <usize>count * aRow;
    c += <usize>count * cRow;
    init += <usize>count * initRow;
    m -= count;
  }
}
