import {padded} from '../common/vector';
import {multiplyNear} from '../gemm/product';
import {F32} from '../shared/blocking';
import {positionBytes} from './filter';

/*
 * The products of Winograd convolution: at each position [rows, depth] transformed inputs times [depth, columns] of the
 * transformed filter.
 */

/** The matrices of a block of tiles. */
@unmanaged
export class Matrices {
  /** Tiles of a block. */
  rows: i32;
  /** Output channels that are multiplied and transformed at a time. */
  columns: i32;
  /** As many zeros. */
  zeros: usize;
  /** The transformed inputs: per position, [rows, terms * channels]. */
  inputs: usize;
  inputRow: usize;
  inputPosition: usize;
  /** The products: per position, [rows, columns]. */
  products: usize;
  productRow: usize;
  productPosition: usize;
}

/**
 * The products of `rows` tiles at each of `positions` for the output channels start ... start + count - 1 of a group, over
 * the rows first ... first + depth - 1 of its filter, which is a [all, columns] matrix at each position.
 */
export function multiplyTiles(
  block: Matrices,
  positions: i32,
  filter: usize,
  all: i32,
  columns: i32,
  start: i32,
  count: i32,
  first: i32,
  depth: i32,
  rows: i32,
): void {
  const position = positionBytes(all, columns);
  const panels = filter + <usize>start * <usize>all * F32;
  for (let i: usize = 0; i < <usize>positions; i++) {
    multiplyNear(
      rows,
      padded(count),
      depth,
      block.inputs + i * block.inputPosition,
      block.inputRow,
      F32,
      panels + i * position,
      all,
      first,
      block.products + i * block.productPosition,
      block.productRow,
      block.zeros,
      0,
    );
  }
}
