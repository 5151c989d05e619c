import {F32, PANEL} from './target';

/** One row of a panel: `present` columns, and zeros up to `width`. */
@inline
function packRow(to: usize, from: usize, column: usize, present: i32, width: i32): void {
  let n = 0;
  if (column == F32) {
    for (; n + 4 <= present; n += 4) v128.store(to + <usize>n * F32, v128.load(from + <usize>n * F32));
  }
  for (; n < present; n++) f32.store(to + <usize>n * F32, f32.load(from + <usize>n * column));
  for (; n < width; n++) f32.store(to + <usize>n * F32, 0);
}

/**
 * Packs a matrix whose rows come in `taps` parts of `rows` rows each, for multiply(). Element (k, n) of part t stands at
 * from + parts[t] * part + k * row + n * column, the strides in bytes.
 */
export function packPanels(
  to: usize,
  from: usize,
  parts: usize,
  taps: i32,
  rows: i32,
  columns: i32,
  part: usize,
  row: usize,
  column: usize,
): void {
  for (let n = 0; n < columns; n += PANEL) {
    const present = min(PANEL, columns - n);
    const width = present > 4 ? PANEL : 4;
    for (let t = 0; t < taps; t++) {
      let at = from + <usize>load<i32>(parts + ((<usize>t) << 2)) * part + <usize>n * column;
      for (let k = 0; k < rows; k++, at += row, to += <usize>width * F32) packRow(to, at, column, present, width);
    }
  }
}

/** Packs `rows` rows whose columns stand side by side, for multiply(). */
export function packRun(to: usize, from: usize, rows: i32, columns: i32, row: usize): void {
  for (let n = 0; n < columns; n += PANEL) {
    const present = min(PANEL, columns - n);
    const width = present > 4 ? PANEL : 4;
    let at = from + <usize>n * F32;
    for (let k = 0; k < rows; k++, at += row, to += <usize>width * F32) packRow(to, at, F32, present, width);
  }
}

/**
 * Packs the rows parts[t] of a matrix with `columns` columns for depthwise(): vectors of 4 columns, each with all its
 * rows. The last vector ends with the last column; where there are fewer than 4, the rest of it is 0.
 */
export function packVectors(to: usize, from: usize, parts: usize, taps: i32, columns: i32): void {
  const row = <usize>columns * F32;
  const present = min(columns, 4);
  for (let n = 0; n < columns; n += 4) {
    const at = from + <usize>max(min(n, columns - 4), 0) * F32;
    for (let t = 0; t < taps; t++, to += 16) {
      packRow(to, at + <usize>load<i32>(parts + ((<usize>t) << 2)) * row, F32, present, 4);
    }
  }
}
