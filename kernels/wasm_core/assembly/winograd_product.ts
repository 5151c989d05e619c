import {multiplyPanels} from './microkernel';
import {Conv} from './plan';
import {multiplyNear} from './product';
import {F32, PANEL} from './target';
import {paddedTo4, positionBytes} from './winograd_filter';
import {LINE_PAIRS, pairPosition, STREAM_POSITION, STREAM_POSITIONS, STREAM_ROWS, transformPart} from './winograd_stream';
import {Block} from './winograd_tiles';

/*
 * The products of Winograd convolution: at each position [rows, depth] transformed inputs times [depth, columns] of the
 * transformed filter.
 */

/** The filter is transformed a part at a time. */
function multiplyStreamed(
    conv: Conv, block: Block, filter: usize, start: i32, count: i32, first: i32, depth: i32, rows: i32): void {
  const all = conv.depth.taps * conv.channels;
  for (let column = 0; column < count; column += PANEL) {
    const products = block.products + <usize>column * F32;
    for (let k = 0; k == 0 || k < depth; k += STREAM_ROWS) {
      const part = min(STREAM_ROWS, depth - k);
      const inputs = block.inputs + <usize>k * F32;
      for (let pair = 0; pair < LINE_PAIRS; pair++) {
        transformPart(block.part, filter, all, start + column, first + k, part, pair);
        for (let i = 0; i < STREAM_POSITIONS; i++) {
          const position = <usize>(pairPosition(pair, i / 6) + i % 6);
          const c = products + position * block.productPosition;
          multiplyPanels(
              rows, 1, part, inputs + position * block.inputPosition, block.inputRow, F32,
              block.part + <usize>i * STREAM_POSITION, 0, c, block.productRow, k == 0 ? block.zeros : c,
              k == 0 ? 0 : block.productRow, 0);
        }
      }
    }
  }
}

/**
 * The products of `rows` tiles for the columns start ... start + count - 1 of a group, over the rows
 * first ... first + depth - 1 of its filter.
 */
export function multiplyTiles(
    conv: Conv, block: Block, size: i32, filter: usize, start: i32, count: i32, first: i32, depth: i32,
    rows: i32): void {
  if (block.part != 0) {
    multiplyStreamed(conv, block, filter, start, count, first, depth, rows);
    return;
  }
  const all = conv.depth.taps * conv.channels;
  const position = positionBytes(conv.depth.taps, conv.channels, conv.columns);
  const panels = filter + <usize>start * <usize>all * F32;
  for (let i: usize = 0; i < <usize>((size + 2) * (size + 2)); i++) {
    multiplyNear(
        rows, paddedTo4(count), depth, block.inputs + i * block.inputPosition, block.inputRow, F32,
        panels + i * position, all, first, block.products + i * block.productPosition, block.productRow, block.zeros,
        0);
  }
}
