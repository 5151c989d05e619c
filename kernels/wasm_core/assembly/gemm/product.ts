import {multiplyNarrowPanel, multiplyPanels} from './microkernel';
import {readAhead} from '../common/read_ahead';
import {multiplyRow} from './row_tile';
import {PANEL, PANEL_ROW} from '../common/target';

/** Longest part of the sum that a tile adds up at once: its rows and the panel stay in the L1 cache. */
const DEPTH_BLOCK: i32 = 384;

/** Floats of the panels that a block's rows are multiplied by at once: they stay in the L1 cache too. */
const PANEL_FLOATS: i32 = 3072;

/** Floats of `depth` packed rows of a matrix with `columns` columns: panels of 8, the last of 4 where that is enough. */
@inline
export function packedLength(depth: i32, columns: i32): i32 {
  return depth * ((columns + 3) & ~3);
}

/** Row `row` of the panel of 4 columns behind as many `panels` of 8. */
@inline
function narrowPanel(b: usize, panels: i32, panel: usize, row: i32): usize {
  return b + <usize>panels * panel + <usize>row * (PANEL_ROW / 2);
}

/** Reads `bytes` of each panel while something else is computed. */
@inline
function readPanels(panels: i32, from: usize, panel: usize, bytes: usize): void {
  for (; panels > 0; panels--, from += panel) readAhead(from, bytes);
}

/** multiplyBlocks() for a single row, which meets every value of b once and leaves nothing to keep in a cache. */
function multiplySingle(
  columns: i32,
  depth: i32,
  a: usize,
  aDepth: usize,
  b: usize,
  panelDepth: i32,
  first: i32,
  c: usize,
  init: usize,
  limits: usize,
): void {
  const panels = columns / PANEL;
  const panel = <usize>panelDepth * PANEL_ROW;
  multiplyRow(panels, depth, a, aDepth, b + <usize>first * PANEL_ROW, panel, c, init, limits);
  if (columns % PANEL == 0) return;
  const wide = <usize>panels * PANEL_ROW;
  const last = narrowPanel(b, panels, panel, first);
  multiplyNarrowPanel(1, depth, a, 0, aDepth, last, c + wide, 0, init + wide, 0, limits);
}

/**
 * c[m, n] = sum over k of a[m, k] * b[first + k, n] + init[m, n], where c may be init, not beyond two floats at `limits`
 * where that is not 0.
 *
 * b is packed: panels of 8 columns, each [panelDepth, 8]; the last one is [panelDepth, 4] where at most 4 are left.
 * c has a multiple of 4 columns, init too. `ahead` says whether panels are read while those before them are multiplied.
 */
@inline
function multiplyBlocks(
  ahead: bool,
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  panelDepth: i32,
  first: i32,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  if (rows == 1) {
    multiplySingle(columns, depth, a, aDepth, b, panelDepth, first, c, init, limits);
    return;
  }
  const blocks = max((depth + DEPTH_BLOCK - 1) / DEPTH_BLOCK, 1);
  const step = max((depth + blocks - 1) / blocks, 1);
  const panels = columns / PANEL;
  const wide = <usize>panels * PANEL_ROW;
  const panel = <usize>panelDepth * PANEL_ROW;
  let from = init;
  let fromRow = initRow;
  for (let k = 0; k == 0 || k < depth; k += step) {
    const count = min(step, depth - k);
    const left = a + <usize>k * aDepth;
    const last = k + count < depth ? <usize>0 : limits;
    const most = max(1, PANEL_FLOATS / PANEL / max(1, count));
    let right = b + <usize>(first + k) * PANEL_ROW;
    for (let n = 0; n < panels; n += most) {
      const now = min(most, panels - n);
      const column = <usize>n * PANEL_ROW;
      const next = right + <usize>now * panel;
      if (ahead) readPanels(min(most, panels - n - now), next, panel, <usize>count * PANEL_ROW);
      multiplyPanels(
        rows,
        now,
        count,
        left,
        aRow,
        aDepth,
        right,
        panel,
        c + column,
        cRow,
        from + column,
        fromRow,
        last,
      );
      right = next;
    }
    if (columns % PANEL != 0) {
      right = narrowPanel(b, panels, panel, first + k);
      multiplyNarrowPanel(rows, count, left, aRow, aDepth, right, c + wide, cRow, from + wide, fromRow, last);
    }
    from = c;
    fromRow = cRow;
  }
}

/** multiplyBlocks(), where the filter comes from memory. */
export function multiply(
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  panelDepth: i32,
  first: i32,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
  limits: usize,
): void {
  multiplyBlocks(true, rows, columns, depth, a, aRow, aDepth, b, panelDepth, first, c, cRow, init, initRow, limits);
}

/** multiplyBlocks(), where the filter is near enough for reading ahead to take longer than waiting. Measured. */
export function multiplyNear(
  rows: i32,
  columns: i32,
  depth: i32,
  a: usize,
  aRow: usize,
  aDepth: usize,
  b: usize,
  panelDepth: i32,
  first: i32,
  c: usize,
  cRow: usize,
  init: usize,
  initRow: usize,
): void {
  multiplyBlocks(false, rows, columns, depth, a, aRow, aDepth, b, panelDepth, first, c, cRow, init, initRow, 0);
}
