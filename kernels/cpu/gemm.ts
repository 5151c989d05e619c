import {roundUp} from '../../src/geometry/round_up.js';

/**
 * Matrix product on packed operands, in float64: JavaScript has no float32 arithmetic, so converting once while packing
 * is cheaper than on every use, and sums are exact to the last rounding. What bounds it is the JIT's scalar code
 * (no SIMD, a bounds check per access); the 2x4 tile keeps its 8 sums in registers, larger tiles spill.
 */

/** Columns that a panel of the right operand holds side by side. */
export const PANEL = 4;

/** Rows that a tile computes. Left operands and products need room for rows up to a multiple of it. */
export const TILE_ROWS = 2;

/** Depth that is done at a time: a panel of it stays in the L1 cache. */
const DEPTH_BLOCK = 512;

/** Elements of a packed right operand of depth x columns. */
export const panelsLength = (depth: number, columns: number): number => depth * roundUp(columns, PANEL);

/** c[2 x 4] += a[2 x depth] * b[depth x 4]; a's rows and columns are `aRow` and `aDepth` elements apart. */
function tile(
  depth: number,
  a: Float64Array,
  aStart: number,
  aRow: number,
  aDepth: number,
  b: Float64Array,
  bStart: number,
  c: Float64Array,
  cStart: number,
  cRow: number,
): void {
  let c00 = 0,
    c01 = 0,
    c02 = 0,
    c03 = 0;
  let c10 = 0,
    c11 = 0,
    c12 = 0,
    c13 = 0;
  let a0 = aStart | 0;
  let a1 = (aStart + aRow) | 0;
  let bk = bStart | 0;
  for (let k = 0; k < depth; k++) {
    const b0 = b[bk],
      b1 = b[bk + 1],
      b2 = b[bk + 2],
      b3 = b[bk + 3];
    const v0 = a[a0];
    c00 += v0 * b0;
    c01 += v0 * b1;
    c02 += v0 * b2;
    c03 += v0 * b3;
    const v1 = a[a1];
    c10 += v1 * b0;
    c11 += v1 * b1;
    c12 += v1 * b2;
    c13 += v1 * b3;
    a0 = (a0 + aDepth) | 0;
    a1 = (a1 + aDepth) | 0;
    bk = (bk + PANEL) | 0;
  }
  const c1 = cStart + cRow;
  c[cStart] += c00;
  c[cStart + 1] += c01;
  c[cStart + 2] += c02;
  c[cStart + 3] += c03;
  c[c1] += c10;
  c[c1 + 1] += c11;
  c[c1 + 2] += c12;
  c[c1 + 3] += c13;
}

/** A left operand, whose rows and columns may be any distance apart. */
export interface Left {
  readonly values: Float64Array;
  readonly row: number;
  readonly depth: number;
}

/**
 * c[r * cRow + n] += sum over k < depth of left[r, k] * right[k, n] for r < rows, n < columns. `panels` holds right[k, n]
 * at (floor(n / 4) * depth + k) * 4 + n % 4. Rows and columns are computed up to the next whole tile.
 */
export function gemm(
  rows: number,
  columns: number,
  depth: number,
  left: Left,
  panels: Float64Array,
  c: Float64Array,
  cRow: number,
): void {
  for (let k = 0; k < depth; k += DEPTH_BLOCK) {
    const block = Math.min(DEPTH_BLOCK, depth - k);
    for (let n = 0; n < columns; n += PANEL) {
      for (let r = 0; r < rows; r += TILE_ROWS) {
        tile(
          block,
          left.values,
          r * left.row + k * left.depth,
          left.row,
          left.depth,
          panels,
          n * depth + k * PANEL,
          c,
          r * cRow + n,
          cRow,
        );
      }
    }
  }
}
