import {copyPadded, padded} from '../common/vector';
import {F32, NR} from '../shared/blocking';

/** Floats of `depth` packed rows of `columns` columns: in panels of 8, the last one of 4 where that is enough. */
@inline
export function packedLength(depth: i32, columns: i32): i32 {
  return depth * padded(columns);
}

/** Bytes of a packed filter of one group; `depth` is taps * channels. */
export function gemmFilterBytes(depth: i32, columns: i32): usize {
  return <usize>packedLength(depth, columns) * F32;
}

/**
 * Packs a matrix for multiply(), whose rows are `taps` parts of `rows` rows each. Element (k, n) of part t is at
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
  for (let n = 0; n < columns; n += NR) {
    const present = min(NR, columns - n);
    const width = present > 4 ? NR : 4;
    for (let t = 0; t < taps; t++) {
      let at = from + <usize>load<i32>(parts + ((<usize>t) << 2)) * part + <usize>n * column;
      for (let k = 0; k < rows; k++, at += row, to += <usize>width * F32) copyPadded(to, at, column, present, width);
    }
  }
}

/** Packs `rows` rows whose columns are contiguous, for multiply(). */
export function packRun(to: usize, from: usize, rows: i32, columns: i32, row: usize): void {
  for (let n = 0; n < columns; n += NR) {
    const present = min(NR, columns - n);
    const width = present > 4 ? NR : 4;
    let at = from + <usize>n * F32;
    for (let k = 0; k < rows; k++, at += row, to += <usize>width * F32) copyPadded(to, at, F32, present, width);
  }
}
