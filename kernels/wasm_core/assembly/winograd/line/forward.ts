import {activateRows, isLimited, lowerLimit, upperLimit} from '../../common/activation';
import {partStart, writeBias} from '../../common/plan';
import {F32} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {positionBytes} from '../filter';
import {multiplyTiles} from '../product';
import {winogradLineFilterBytes} from './filter';
import {transformTerm} from './input';
import {transformLine} from './output';
import {findTile, layOut, lineBlockRows, LineBlock, LineTile, lineTiles, POINTS, tileOf} from './tiles';

/*
 * Winograd convolution along one axis, F(5, 2), F(4, 3), F(3, 4) and F(2, 5), which have the same six points: blocks of
 * tiles are transformed, multiplied at each point, and transformed back, as in ../forward.ts. conv.filter is that of
 * transformLineFilter(), of one group after the other.
 */

/** Applies an activation that does more than limit values to the output channels first ... first + count - 1 of a tile. */
@inline
function activateTile(
  conv: Conv,
  block: LineBlock,
  tile: LineTile,
  group: i32,
  first: i32,
  count: i32,
  to: usize,
): void {
  if (isLimited(conv.activation)) return;
  const slopes = conv.slopes + <usize>(group * conv.groupOutChannels + first) * conv.slopeStep;
  const at = to + <usize>first * F32;
  activateRows(at, block.resultStep, tile.present, count, conv.activation, slopes, conv.slopeStep);
}

/** Transforms the inputs of `rows` tiles from `first` on. */
function transformBlock(conv: Conv, block: LineBlock, source: usize, first: i32, rows: i32): void {
  const tile = tileOf(block);
  const step = <usize>conv.groupInChannels * F32;
  for (let r = 0; r < rows; r++) {
    findTile(tile, conv, block, first + r);
    const image = source + <usize>tile.batch * conv.sourceBatch;
    let to = block.inputs + <usize>r * block.inputRow;
    for (let term = 0; term < block.terms; term++, to += step) transformTerm(conv, block, tile, image, term, to);
  }
}

/** Computes a part of the output channels of a block of tiles. */
function computeTiles(conv: Conv, block: LineBlock, group: i32, first: i32, rows: i32, part: i32): void {
  const tile = tileOf(block);
  const columns = conv.groupOutChannels;
  const depth = block.terms * conv.groupInChannels;
  const source = conv.source + <usize>(group * conv.groupInChannels) * F32;
  const result = conv.result + <usize>(group * columns) * F32;
  transformBlock(conv, block, source, first, rows);
  const endColumn = partStart(conv, part + 1);
  for (let start = partStart(conv, part), count = 0; start < endColumn; start += count) {
    count = min(block.columns, endColumn - start);
    multiplyTiles(block, POINTS, block.filter, depth, columns, start, count, 0, depth, rows);
    for (let r = 0; r < rows; r++) {
      findTile(tile, conv, block, first + r);
      const image = source + <usize>tile.batch * conv.sourceBatch;
      const to =
        result +
        <usize>tile.batch * conv.resultBatch +
        <usize>tile.d * conv.resultDepth +
        <usize>tile.h * conv.resultHeight +
        <usize>tile.w * conv.resultPixel;
      if (tile.present == 0) continue;
      transformLine(conv, block, tile, start, count, block.products + <usize>r * block.productRow, image, to);
      activateTile(conv, block, tile, group, start, count, to);
    }
  }
}

/** The blocks of winogradLineForward(), times the parts of the output channels. */
export function winogradLineBlocks(conv: Conv, axis: i32): i32 {
  const rows = lineBlockRows(conv, axis);
  return ((lineTiles(conv, axis) + rows - 1) / rows) * conv.parts;
}

/**
 * Computes the blocks from ... end - 1 of winogradLineBlocks(), as far as there are. Ranges of blocks may be computed at
 * the same time, each with scratch memory of its own.
 */
export function winogradLineForward(conv: Conv, axis: i32, from: i32, end: i32): void {
  end = min(end, winogradLineBlocks(conv, axis));
  const block = changetype<LineBlock>(conv.scratch);
  layOut(block, conv, axis);
  block.low = lowerLimit(conv.activation);
  block.high = upperLimit(conv.activation);
  const tiles = lineTiles(conv, axis);
  const channels = conv.groupInChannels;
  const columns = conv.groupOutChannels;
  const filterBytes = winogradLineFilterBytes(block.terms, block.taps, channels, columns);
  for (let group = 0; group < conv.groups; group++) {
    writeBias(conv, group, block.bias);
    block.filter = conv.filter + <usize>group * filterBytes;
    block.directFilter = block.filter + <usize>POINTS * positionBytes(block.terms * channels, columns);
    for (let i = from; i < end; i++) {
      const first = (i / conv.parts) * block.rows;
      computeTiles(conv, block, group, first, min(block.rows, tiles - first), i % conv.parts);
    }
  }
}
