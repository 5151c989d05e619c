import {activateRows, isLimited, lowerLimit, upperLimit} from '../common/activation';
import {partStart, tapSource, writeBias} from '../common/plan';
import {Activation} from '../shared/activation';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {winogradFilterBytes} from './filter';
import {transformInputs} from './input';
import {transformProducts2, transformProducts4} from './output';
import {multiplyTiles} from './product';
import {groupInputs, multiplyStreamed} from './stream/product';
import {panelsOf} from './stream/stream';
import {Block, findTile, layOut, outputOf, Tile, tileOf, tilesPerPlane, winogradBlockRows} from './tiles';

/*
 * Winograd convolution (see transform.ts) with a 3x3 kernel in the height and width, stride 1, any dilation,
 * and any taps in the depth, whose planes are added up as transformed. Blocks of tiles: transform their inputs, then
 * multiply at each of the n * n positions the [tiles, planes * channels] inputs and the [planes * channels, columns]
 * filter, then transform the products. `size` is 4 or 2, the side of a tile of results. conv.filter is that of
 * transformFilter(), of one group after the other.
 */

/** Applies an activation that does more than limit values to the output channels first ... first + count - 1 of a tile. */
function activateTile(conv: Conv, block: Block, tile: Tile, group: i32, first: i32, count: i32, to: usize): void {
  const slopes = conv.slopes + <usize>(group * conv.groupOutChannels + first) * conv.slopeStep;
  const pixel = <usize>block.widthDilation * conv.resultPixel;
  for (let i = 0; i < tile.height; i++) {
    const line = to + <usize>(i * block.heightDilation) * conv.resultHeight + <usize>first * F32;
    activateRows(line, pixel, tile.width, count, conv.activation, slopes, conv.slopeStep);
  }
}

/** The plane of the source that a tap of the depth reads for a plane of results. */
@inline
export function sourcePlane(conv: Conv, depth: i32, tap: i32): i32 {
  return tapSource(conv.depth, tap) + depth * conv.depth.sourceStep;
}


@inline
export function planeInside(conv: Conv, depth: i32, tap: i32): bool {
  return <u32>sourcePlane(conv, depth, tap) < <u32>conv.depth.sourceSize;
}

/** Transforms the inputs of `rows` tiles from `first` on, for the taps firstTap ... endTap - 1 of the depth. */
function transformBlock(
  conv: Conv,
  block: Block,
  size: i32,
  source: usize,
  depth: i32,
  firstTap: i32,
  endTap: i32,
  first: i32,
  rows: i32,
): void {
  const tile = tileOf(block);
  const step = <usize>conv.groupInChannels * F32;
  for (let r = 0; r < rows; r++) {
    findTile(tile, conv, block, size, first + r);
    let to = block.inputs + <usize>r * block.inputRow;
    for (let tap = firstTap; tap < endTap; tap++, to += step) {
      const image = source + <usize>tile.batch * conv.sourceBatch;
      const plane = image + <usize>sourcePlane(conv, depth, tap) * conv.sourceDepth;
      transformInputs(conv, block, size, tile, plane, to);
    }
  }
}

/** Computes a part of the output channels of a block of tiles in a plane of results. */
function computeTiles(
  conv: Conv,
  block: Block,
  size: i32,
  group: i32,
  depth: i32,
  first: i32,
  rows: i32,
  part: i32,
): void {
  const tile = tileOf(block);
  const output = outputOf(block);
  const planes = conv.depth.taps;
  const channels = conv.groupInChannels;
  const columns = conv.groupOutChannels;
  // Taps of the depth that are out of bounds are the first or last ones.
  let tap = 0,
    end = planes;
  while (tap < end && !planeInside(conv, depth, tap)) tap++;
  while (end > tap && !planeInside(conv, depth, end - 1)) end--;
  const source = conv.source + <usize>(group * channels) * F32;
  const result = conv.result + <usize>depth * conv.resultDepth + <usize>(group * columns) * F32;
  output.depth = depth;
  transformBlock(conv, block, size, source, depth, tap, end, first, rows);
  if (block.part != 0) {
    groupInputs(block, rows, (end - tap) * channels, true);
    output.filter = panelsOf(conv.filter, group, planes * channels, columns);
  } else {
    output.filter = conv.filter + <usize>group * winogradFilterBytes(size + 2, planes, channels, columns);
  }
  const endColumn = partStart(conv, part + 1);
  for (let start = partStart(conv, part), count = 0; start < endColumn; start += count) {
    count = min(block.columns, endColumn - start);
    if (block.part != 0) {
      multiplyStreamed(conv, block, output.filter, start, count, tap * channels, (end - tap) * channels, rows);
    } else {
      const n = size + 2;
      const depth = (end - tap) * channels;
      multiplyTiles(block, n * n, output.filter, planes * channels, columns, start, count, tap * channels, depth, rows);
    }
    for (let r = 0; r < rows; r++) {
      findTile(tile, conv, block, size, first + r);
      const image = source + <usize>tile.batch * conv.sourceBatch;
      const to =
        result +
        <usize>tile.batch * conv.resultBatch +
        <usize>tile.h * conv.resultHeight +
        <usize>tile.w * conv.resultPixel;
      const row = block.products + <usize>r * block.productRow;
      if (size == 4) transformProducts4(conv, block, tile, output, start, count, row, image, to);
      else transformProducts2(conv, block, tile, output, start, count, row, image, to);
      if (conv.activation != Activation.LINEAR && !isLimited(conv.activation))
        activateTile(conv, block, tile, group, start, count, to);
    }
  }
}

/** The blocks of winogradForward(): those of all planes, times the parts of the output channels. */
export function winogradBlocks(conv: Conv, size: i32): i32 {
  const rows = winogradBlockRows(conv, size);
  return conv.depth.count * ((tilesPerPlane(conv, size) + rows - 1) / rows) * conv.parts;
}

/**
 * Computes the blocks from ... end - 1 of winogradBlocks(), as far as there are. Ranges of blocks may be computed at the
 * same time, each with scratch memory of its own.
 */
export function winogradForward(conv: Conv, size: i32, streamed: bool, from: i32, end: i32): void {
  end = min(end, winogradBlocks(conv, size));
  const block = changetype<Block>(conv.scratch);
  layOut(block, conv, size, streamed);
  memory.fill(block.zeros, 0, <usize>block.columns * F32);
  const output = outputOf(block);
  output.low = lowerLimit(conv.activation);
  output.high = upperLimit(conv.activation);
  const tiles = tilesPerPlane(conv, size);
  const perPlane = (tiles + block.rows - 1) / block.rows;
  for (let group = 0; group < conv.groups; group++) {
    writeBias(conv, group, block.bias);
    for (let i = from; i < end; i++) {
      const at = i / conv.parts;
      const first = (at % perPlane) * block.rows;
      computeTiles(conv, block, size, group, at / perPlane, first, min(block.rows, tiles - first), i % conv.parts);
    }
  }
}
