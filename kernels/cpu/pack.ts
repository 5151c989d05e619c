import {PANEL, panelsLength} from './gemm.js';

/** A matrix within an array: element (k, n) is values[offset + k * row + n * column]. */
export interface MatrixView {
  readonly values: Float32Array;
  readonly row: number;
  readonly column: number;
}

/**
 * Packs `count` rows of a matrix into panels (see gemm) of `depth` rows, from row `firstRow` of the panels on. Missing
 * columns of the last panel are 0.
 */
export function packRows(
  panels: Float64Array,
  depth: number,
  firstRow: number,
  count: number,
  columns: number,
  matrix: MatrixView,
  offset: number,
): void {
  const {values, row, column} = matrix;
  for (let n0 = 0; n0 < columns; n0 += PANEL) {
    const present = Math.min(PANEL, columns - n0);
    for (let k = 0; k < count; k++) {
      const to = n0 * depth + (firstRow + k) * PANEL;
      const from = offset + k * row + n0 * column;
      for (let n = 0; n < present; n++) panels[to + n] = values[from + n * column];
      for (let n = present; n < PANEL; n++) panels[to + n] = 0;
    }
  }
}

/** The matrices of the taps one below the other, packed: taps[i] starts at offset + taps[i] * tapStride. */
export function packTaps(
  taps: readonly number[],
  rowsPerTap: number,
  columns: number,
  matrix: MatrixView,
  tapStride: number,
  offset: number,
): Float64Array {
  const depth = taps.length * rowsPerTap;
  const panels = new Float64Array(panelsLength(depth, columns));
  taps.forEach((tap, i) =>
    packRows(panels, depth, i * rowsPerTap, rowsPerTap, columns, matrix, offset + tap * tapStride),
  );
  return panels;
}
