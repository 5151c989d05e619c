import {readAhead} from '../common/read_ahead';
import {NR_BYTES} from '../common/target';
import {KC, NR, PANELS_FLOATS} from '../shared/blocking';
import {multiplyNarrowPanel, multiplyPanels} from './microkernel';
import {multiplyRow} from './row_microkernel';

/** Row `row` of the panel of 4 columns after `panels` panels of 8. */
@inline
function narrowPanel(b: usize, panels: i32, panel: usize, row: i32): usize {
  return b + <usize>panels * panel + <usize>row * (NR_BYTES / 2);
}

/** Reads `bytes` of each panel ahead. */
@inline
function readPanels(panels: i32, from: usize, panel: usize, bytes: usize): void {
  for (; panels > 0; panels--, from += panel) readAhead(from, bytes);
}

/** multiplyBlocks() for a single row: every value of b is used once, so that blocking for a cache gains nothing. */
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
  const panels = columns / NR;
  const panel = <usize>panelDepth * NR_BYTES;
  multiplyRow(panels, depth, a, aDepth, b + <usize>first * NR_BYTES, panel, c, init, limits);
  if (columns % NR == 0) return;
  const wide = <usize>panels * NR_BYTES;
  const last = narrowPanel(b, panels, panel, first);
  multiplyNarrowPanel(1, depth, a, 0, aDepth, last, c + wide, 0, init + wide, 0, limits);
}

/**
 * c[m, n] = sum over k of a[m, k] * b[first + k, n] + init[m, n], limited to the two floats at `limits` where that is not
 * 0. c may be init.
 *
 * b is packed: panels of 8 columns, each [panelDepth, 8]; the last one is [panelDepth, 4] where at most 4 columns remain.
 * c and init have a multiple of 4 columns. `ahead` says whether the next panels are read while some are multiplied.
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
  const blocks = max((depth + KC - 1) / KC, 1);
  const step = max((depth + blocks - 1) / blocks, 1);
  const panels = columns / NR;
  const wide = <usize>panels * NR_BYTES;
  const panel = <usize>panelDepth * NR_BYTES;
  let from = init;
  let fromRow = initRow;
  for (let k = 0; k == 0 || k < depth; k += step) {
    const count = min(step, depth - k);
    const left = a + <usize>k * aDepth;
    const last = k + count < depth ? <usize>0 : limits;
    const most = max(1, PANELS_FLOATS / NR / max(1, count));
    let right = b + <usize>(first + k) * NR_BYTES;
    for (let n = 0; n < panels; n += most) {
      const now = min(most, panels - n);
      const column = <usize>n * NR_BYTES;
      const next = right + <usize>now * panel;
      if (ahead) readPanels(min(most, panels - n - now), next, panel, <usize>count * NR_BYTES);
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
    if (columns % NR != 0) {
      right = narrowPanel(b, panels, panel, first + k);
      multiplyNarrowPanel(rows, count, left, aRow, aDepth, right, c + wide, cRow, from + wide, fromRow, last);
    }
    from = c;
    fromRow = cRow;
  }
}

/** multiplyBlocks() where b comes from memory. */
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

/** multiplyBlocks() where b is in a cache, so that reading ahead takes longer than it saves (measured). */
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
