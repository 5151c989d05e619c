import {tapSource} from '../../common/plan';
import {padded} from '../../common/vector';
import {CACHE_LINE, F32, TILES_COLUMNS} from '../../shared/blocking';
import {Axis, Conv} from '../../shared/plan';
import {Matrices} from '../product';
import {blockRows, spaced} from '../tiles';

/*
 * How a convolution is divided into tiles of results that are in a line, and the scratch memory of a block of them.
 *
 * A tile is along one axis, which has 2 to 5 evenly spaced taps and no stride; the taps of the other two axes are terms,
 * which are added up as transformed. With a dilation, every phase has tiles of its own, as in ../tiles.ts. Tiles are
 * counted over batch elements and, in the order of the axes, over phases and positions of the line's axis and results of
 * the others.
 */

/** Elements of a tile's inputs, and positions of its products. */
export const POINTS: i32 = 6;

/** The beginning of the scratch memory, which a LineTile and the parts that it points to follow. */
@unmanaged
export class LineBlock extends Matrices {
  /** The axis of the lines: 0 (depth), 1 (height) or 2 (width). */
  axis: i32;
  taps: i32;
  /** Results of a whole tile. */
  results: i32;
  dilation: i32;
  /** Tiles of a phase. */
  tiles: i32;
  /** Taps of the other axes. */
  terms: i32;
  /** Bytes between neighbouring elements of a tile, of inputs and of results. */
  sourceStep: usize;
  resultStep: usize;
  /** The bias of a group with its padding. */
  bias: usize;
  /** Zeros for the channels of an input that is out of bounds. */
  absent: usize;
  /** The inputs of a tile whose channels do not fill the vectors: [POINTS, channels rounded up to 4]. */
  patch: usize;
  /** The transformed filter of the group, and the filter itself. */
  filter: usize;
  directFilter: usize;
  /** Limits of the results (lowerLimit(), upperLimit()). */
  low: f32;
  high: f32;
}

/** One tile of results: the first one, and how many are in bounds. */
@unmanaged
export class LineTile {
  batch: i32;
  d: i32;
  h: i32;
  w: i32;
  present: i32;
}

/** Bytes of these structures, in full cache lines. */
const BLOCK_BYTES: usize = (offsetof<LineBlock>() + offsetof<LineTile>() + CACHE_LINE - 1) & ~(CACHE_LINE - 1);

/** The present tile, which follows the block. */
@inline
export function tileOf(block: LineBlock): LineTile {
  return changetype<LineTile>(changetype<usize>(block) + offsetof<LineBlock>());
}


@inline
function lineAxis(conv: Conv, axis: i32): Axis {
  return axis == 0 ? conv.depth : axis == 1 ? conv.height : conv.width;
}

/** Results of a whole tile. */
@inline
function resultsOf(conv: Conv, axis: i32): i32 {
  return POINTS + 1 - lineAxis(conv, axis).taps;
}


@inline
function dilationOf(line: Axis): i32 {
  return tapSource(line, 1) - tapSource(line, 0);
}

/** Tiles of a phase. */
@inline
function tilesOfPhase(conv: Conv, axis: i32): i32 {
  const line = lineAxis(conv, axis);
  const results = resultsOf(conv, axis);
  const dilation = dilationOf(line);
  return ((line.count + dilation - 1) / dilation + results - 1) / results;
}

/** Taps of the other axes. */
@inline
function termsOf(conv: Conv, axis: i32): i32 {
  return (conv.depth.taps * conv.height.taps * conv.width.taps) / lineAxis(conv, axis).taps;
}

/** Tiles of all results. */
export function lineTiles(conv: Conv, axis: i32): i32 {
  const line = lineAxis(conv, axis);
  const others = (conv.depth.count * conv.height.count * conv.width.count) / line.count;
  return conv.batch * others * dilationOf(line) * tilesOfPhase(conv, axis);
}

/** Tiles of a block. */
export function lineBlockRows(conv: Conv, axis: i32): i32 {
  const depth = termsOf(conv, axis) * conv.groupInChannels;
  return blockRows(lineTiles(conv, axis), POINTS, depth, conv.groupOutChannels);
}


@inline
function inputRow(conv: Conv, axis: i32): usize {
  return <usize>padded(termsOf(conv, axis) * conv.groupInChannels) * F32 + 64;
}


@inline
function blockColumns(conv: Conv): i32 {
  return min(padded(conv.groupOutChannels), TILES_COLUMNS);
}

/** Bytes of scratch memory before the transformed inputs. */
@inline
function fixedBytes(conv: Conv): usize {
  const floats = padded(conv.groupOutChannels) + blockColumns(conv) + (POINTS + 1) * padded(conv.groupInChannels);
  return BLOCK_BYTES + <usize>floats * F32;
}

/** Bytes of scratch memory that winogradLineForward() needs. */
export function winogradLineScratchBytes(conv: Conv, axis: i32): usize {
  const rows = <usize>lineBlockRows(conv, axis);
  const perPosition = spaced(rows * inputRow(conv, axis)) + spaced(rows * <usize>blockColumns(conv) * F32);
  return fixedBytes(conv) + <usize>POINTS * perPosition;
}

/** Divides the plan and the scratch memory, which begins with the structure. */
export function layOut(block: LineBlock, conv: Conv, axis: i32): void {
  block.axis = axis;
  block.taps = lineAxis(conv, axis).taps;
  block.results = resultsOf(conv, axis);
  block.dilation = dilationOf(lineAxis(conv, axis));
  block.tiles = tilesOfPhase(conv, axis);
  block.terms = termsOf(conv, axis);
  const sourceStep = axis == 0 ? conv.sourceDepth : axis == 1 ? conv.sourceHeight : conv.sourcePixel;
  const resultStep = axis == 0 ? conv.resultDepth : axis == 1 ? conv.resultHeight : conv.resultPixel;
  block.sourceStep = <usize>block.dilation * sourceStep;
  block.resultStep = <usize>block.dilation * resultStep;
  block.rows = lineBlockRows(conv, axis);
  block.columns = blockColumns(conv);
  block.bias = changetype<usize>(block) + BLOCK_BYTES;
  block.zeros = block.bias + <usize>padded(conv.groupOutChannels) * F32;
  block.absent = block.zeros + <usize>block.columns * F32;
  block.patch = block.absent + <usize>padded(conv.groupInChannels) * F32;
  block.inputs = changetype<usize>(block) + fixedBytes(conv);
  block.inputRow = inputRow(conv, axis);
  block.inputPosition = spaced(<usize>block.rows * block.inputRow);
  block.products = block.inputs + <usize>POINTS * block.inputPosition;
  block.productRow = <usize>block.columns * F32;
  block.productPosition = spaced(<usize>block.rows * block.productRow);
  memory.fill(block.zeros, 0, block.patch - block.zeros);
}

/** Finds the tile with an index. */
export function findTile(tile: LineTile, conv: Conv, block: LineBlock, index: i32): void {
  const units = block.dilation * block.tiles;
  const depths = block.axis == 0 ? units : conv.depth.count;
  const heights = block.axis == 1 ? units : conv.height.count;
  const widths = block.axis == 2 ? units : conv.width.count;
  tile.w = index % widths;
  index /= widths;
  tile.h = index % heights;
  index /= heights;
  tile.d = index % depths;
  tile.batch = index / depths;
  const unit = block.axis == 0 ? tile.d : block.axis == 1 ? tile.h : tile.w;
  const first = unit / block.tiles + (unit % block.tiles) * block.results * block.dilation;
  const left = lineAxis(conv, block.axis).count - first;
  tile.present = max(min(block.results, (left + block.dilation - 1) / block.dilation), 0);
  if (block.axis == 0) tile.d = first;
  else if (block.axis == 1) tile.h = first;
  else tile.w = first;
}
