import {padded} from '../common/vector';
import {multiplyNear} from '../gemm/product';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {positionBytes} from './filter';
import {Block} from './tiles';

/*
 * The products of Winograd convolution: at each position [rows, depth] transformed inputs times [depth, columns] of the
 * transformed filter.
 */

/**
 * The products of `rows` tiles for the output channels start ... start + count - 1 of a group, over the rows
 * first ... first + depth - 1 of its filter.
 */
export function multiplyTiles(
  conv: Conv,
  block: Block,
  size: i32,
  filter: usize,
  start: i32,
  count: i32,
  first: i32,
  depth: i32,
  rows: i32,
): void {
  const all = conv.depth.taps * conv.groupInChannels;
  const position = positionBytes(conv.depth.taps, conv.groupInChannels, conv.groupOutChannels);
  const panels = filter + <usize>start * <usize>all * F32;
  for (let i: usize = 0; i < <usize>((size + 2) * (size + 2)); i++) {
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
