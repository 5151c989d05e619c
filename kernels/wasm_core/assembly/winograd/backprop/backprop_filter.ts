import {partLength, partStart} from '../../common/plan';
import {padded} from '../../common/vector';
import {multiply} from '../../gemm/product';
import {F32, NR} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {planeInside, sourcePlane} from '../forward';
import {transformInputs} from '../input';
import {STREAM_INPUT} from '../stream/microkernel';
import {groupInputs} from '../stream/product';
import {findTile, tilesPerPlane} from '../tiles';
import {clearInputs, transformGradients} from './dy';
import {outer2x8, outer4x8} from './microkernel';
import {writeTaps} from './taps';
import {GradientBlock, gradientTileOf, layOutGradient} from './tiles';

/*
 * The filter's gradient by Winograd's algorithm (transposed_transform.ts), for the plans of winogradForward(). Of the
 * plan, source is x, result is dy (which is read), and filter is the gradient. For each block of tiles, the inputs and the
 * gradients are transformed. Then, at each of the n * n positions, the transposed [tiles, planes * channels] inputs are
 * multiplied by the [tiles, columns] gradients, some rows and columns at a time, whose sums are transformed to taps while
 * they are in the cache.
 */

/** Transforms x, and `columns` output channels of dy from `start` on, of `rows` tiles from `first` on, over all planes. */
function transformGradientBlock(
  conv: Conv,
  block: GradientBlock,
  size: i32,
  group: i32,
  start: i32,
  columns: i32,
  first: i32,
  rows: i32,
): void {
  const tile = gradientTileOf(block);
  const perPlane = tilesPerPlane(conv, size);
  const step = <usize>conv.groupInChannels * F32;
  const source = conv.source + <usize>group * step;
  const result = conv.result + <usize>(group * conv.groupOutChannels + start) * F32;
  for (let r = 0; r < rows; r++) {
    const depth = (first + r) / perPlane;
    findTile(tile, conv, block, size, (first + r) % perPlane);
    const image = source + <usize>tile.batch * conv.sourceBatch;
    let to = block.inputs + <usize>r * block.inputRow;
    for (let tap = 0; tap < conv.depth.taps; tap++, to += step) {
      if (planeInside(conv, depth, tap)) {
        transformInputs(conv, block, size, tile, image + <usize>sourcePlane(conv, depth, tap) * conv.sourceDepth, to);
      } else {
        clearInputs(conv, block, size, to);
      }
    }
    const plane = result + <usize>tile.batch * conv.resultBatch + <usize>depth * conv.resultDepth;
    transformGradients(conv, block, size, tile, plane, columns, r, rows);
  }
}

/**
 * The sums over a single group of four tiles. As in ../stream/product.ts, tiles with fewer results do without the last
 * point, where the transform of dy is 0.
 */
function sumGroup(conv: Conv, block: GradientBlock, k: i32, sumRows: i32, n: i32, count: i32): void {
  const narrow = block.widthDilation == 1 && block.widthTiles == 2 && (conv.width.count & 3) != 0;
  const short =
    block.heightDilation == 1 && block.widthTiles == 2 && block.heightTiles == 2 && (conv.height.count & 3) != 0;
  const a = block.groups + <usize>k * STREAM_INPUT,
    y = block.gradients + <usize>(n * 4) * F32,
    c = block.products;
  const aPosition = block.groupPosition,
    yPosition = block.gradientPosition,
    cPosition = block.productPosition;
  const panels = count / NR;
  for (let line = 0; line < 6; line++) {
    const i = <usize>(6 * line);
    const la = a + i * aPosition,
      ly = y + i * yPosition,
      lc = c + i * cPosition;
    const columns = narrow ? 5 : 6;
    if (short && line == 5) {
      outer2x8(columns, panels, sumRows, 1, la, aPosition, ly, yPosition, lc, cPosition, block.productRow);
    } else {
      outer4x8(columns, panels, sumRows, la, aPosition, ly, yPosition, lc, cPosition, block.productRow);
    }
    if (narrow) {
      outer2x8(
        1,
        panels,
        sumRows,
        2,
        la + 5 * aPosition,
        aPosition,
        ly + 5 * yPosition,
        yPosition,
        lc + 5 * cPosition,
        cPosition,
        block.productRow,
      );
    }
  }
}

/** The sums over `rows` tiles, at every position. */
function sumTiles(block: GradientBlock, positions: usize, k: i32, sumRows: i32, n: i32, count: i32, rows: i32): void {
  for (let i: usize = 0; i < positions; i++) {
    multiply(
      sumRows,
      padded(count),
      rows,
      block.inputs + i * block.inputPosition + <usize>k * F32,
      F32,
      block.inputRow,
      block.gradients + i * block.gradientPosition + <usize>(n * rows) * F32,
      rows,
      0,
      block.products + i * block.productPosition,
      block.productRow,
      block.zeros,
      0,
      0,
    );
  }
}

/**
 * Adds the products of a block of tiles to `columns` output channels of the gradient from `start` on, or writes them.
 * Returns whether all are within bounds.
 */
function multiplyBlock(
  conv: Conv,
  block: GradientBlock,
  size: i32,
  group: i32,
  start: i32,
  columns: i32,
  rows: i32,
  add: bool,
): bool {
  const positions = <usize>((size + 2) * (size + 2));
  const depth = conv.depth.taps * conv.groupInChannels;
  for (let k = 0; k < depth; k += block.sumRows) {
    const sumRows = min(block.sumRows, depth - k);
    for (let n = 0; n < columns; n += block.columns) {
      const count = min(block.columns, columns - n);
      if (block.groups != 0) sumGroup(conv, block, k, sumRows, n, count);
      else sumTiles(block, positions, k, sumRows, n, count, rows);
      if (!writeTaps(conv, block, size, group, k, sumRows, start + n, count, add)) return false;
    }
  }
  return true;
}

/** Computes `columns` output channels of a group from `start` on; returns whether all are within bounds. */
function computeGradient(conv: Conv, block: GradientBlock, size: i32, group: i32, start: i32, columns: i32): bool {
  const tiles = conv.depth.count * tilesPerPlane(conv, size);
  for (let first = 0; first < tiles; first += block.rows) {
    const rows = min(block.rows, tiles - first);
    transformGradientBlock(conv, block, size, group, start, columns, first, rows);
    if (block.groups != 0) groupInputs(block, rows, conv.depth.taps * conv.groupInChannels, false);
    if (!multiplyBlock(conv, block, size, group, start, columns, rows, first > 0)) return false;
  }
  return true;
}

/**
 * Computes the gradient at the taps of the plan, and leaves other taps as they are: the parts from ... end - 1 of the
 * output channels, counted over the groups. Returns whether it does: not where a result is not within ../bounds.ts.
 */
export function winogradBackpropFilter(conv: Conv, size: i32, from: i32, end: i32): bool {
  const block = changetype<GradientBlock>(conv.scratch);
  layOutGradient(block, conv, size);
  memory.fill(block.zeros, 0, <usize>block.columns * F32);
  end = min(end, conv.groups * conv.parts);
  for (let i = from; i < end; i++) {
    const part = i % conv.parts;
    const group = i / conv.parts;
    if (!computeGradient(conv, block, size, group, partStart(conv, part), partLength(conv, part))) return false;
  }
  return true;
}
