import {multiplyNarrowPanel, multiplyPanel} from './microkernel';
import {F32, PANEL} from './target';

/** Longest part of the sum that a tile adds up at once: its rows and the panel stay in the L1 cache. */
const DEPTH_BLOCK: i32 = 384;

/** Bytes of a cache line. */
export const CACHE_LINE: usize = 64;

/** Floats of `depth` packed rows of a matrix with `columns` columns: panels of 8, the last of 4 where that is enough. */
@inline
export function packedLength(depth: i32, columns: i32): i32 {
  return depth * ((columns + 3) & ~3);
}

/** Bytes of a row of the panel that has the first of `columns` columns. */
@inline
function panelRow(columns: i32): usize {
  return columns > 4 ? 32 : 16;
}

/** The row `row` of the panel that begins with column n. */
@inline
function panelPart(b: usize, n: i32, columns: i32, panelDepth: i32, row: i32): usize {
  return b + <usize>n * <usize>panelDepth * F32 + <usize>row * panelRow(columns - n);
}

/** Reads from every cache line, which brings them into the cache while something else is computed. */
@inline
function touch(from: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += CACHE_LINE) load<i32>(from);
}

/**
 * c[m, n] = sum over k of a[m, k] * b[first + k, n] + init[m, n], where c may be init.
 *
 * b is packed: panels of 8 columns, each [panelDepth, 8]; the last one is [panelDepth, 4] where at most 4 are left.
 * c has a multiple of 4 columns, init too. `ahead` says whether a panel is read while the one before it is multiplied.
 */
@inline
function multiplyPanels(
    ahead: bool, rows: i32, columns: i32, depth: i32, a: usize, aRow: usize, aDepth: usize, b: usize, panelDepth: i32,
    first: i32, c: usize, cRow: usize, init: usize, initRow: usize): void {
  const blocks = max((depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK, 1);
  const step = max((depth + blocks - 1) / blocks, 1);
  let from = init;
  let fromRow = initRow;
  for (let k = 0; k == 0 || k < depth; k += step) {
    const count = min(step, depth - k);
    const left = a + <usize>k * aDepth;
    for (let n = 0; n < columns; n += PANEL) {
      const right = panelPart(b, n, columns, panelDepth, first + k);
      const to = c + <usize>n * F32;
      const start = from + <usize>n * F32;
      const next = n + PANEL;
      if (ahead && next < columns) {
        touch(panelPart(b, next, columns, panelDepth, first + k), <usize>count * panelRow(columns - next));
      }
      if (columns - n > 4) multiplyPanel(rows, count, left, aRow, aDepth, right, to, cRow, start, fromRow);
      else multiplyNarrowPanel(rows, count, left, aRow, aDepth, right, to, cRow, start, fromRow);
    }
    from = c;
    fromRow = cRow;
  }
}

/** multiplyPanels(), where the filter comes from memory. */
export function multiply(
    rows: i32, columns: i32, depth: i32, a: usize, aRow: usize, aDepth: usize, b: usize, panelDepth: i32, first: i32,
    c: usize, cRow: usize, init: usize, initRow: usize): void {
  multiplyPanels(true, rows, columns, depth, a, aRow, aDepth, b, panelDepth, first, c, cRow, init, initRow);
}

/** multiplyPanels(), where the filter is near enough for reading ahead to take longer than waiting. Measured. */
export function multiplyNear(
    rows: i32, columns: i32, depth: i32, a: usize, aRow: usize, aDepth: usize, b: usize, panelDepth: i32, first: i32,
    c: usize, cRow: usize, init: usize, initRow: usize): void {
  multiplyPanels(false, rows, columns, depth, a, aRow, aDepth, b, panelDepth, first, c, cRow, init, initRow);
}
