import {tapSource} from '../common/plan';
import {MR} from '../common/target';
import {padded, roundUp} from '../common/vector';
import {CACHE_LINE, F32, NR, STREAM_GROUP, TILES_BYTES, TILES_COLUMNS, TILES_MOST} from '../shared/blocking';
import {Axis, Conv} from '../shared/plan';
import {PASSES_BYTES} from '../shared/transform';
import {Matrices} from './product';
import {STREAM_INPUT} from './stream/microkernel';
import {STREAM_BYTES} from './stream/stream';

/*
 * How a 3x3 convolution is divided into tiles, and the scratch memory of a block of them.
 *
 * A convolution of dilation d is d * d dense ones, each on every d-th row and column (a phase), so that the elements of a
 * tile are d apart. Tiles are counted over batch elements, phases and positions. The planes of a 3-D convolution are
 * outermost, as the plane of results decides which planes of taps are in bounds.
 */

/** The beginning of the scratch memory, which a Tile, an Output, and the parts that it points to follow. */
@unmanaged
export class Block extends Matrices {
  heightDilation: i32;
  heightTiles: i32;
  widthDilation: i32;
  widthTiles: i32;
  /** The bias of a group with its padding. */
  bias: usize;
  /** One tile between the two passes of a transform. */
  passes: usize;
  /** The inputs of a tile at the border: [n * n, channels rounded up to 4]. */
  patch: usize;
  /** A part of the filter, transformed (stream/stream.ts); 0 where all of it is in memory. */
  part: usize;
  /** The inputs of groups of tiles (stream/product.ts): per group and position, [planes * channels, 4]. */
  groups: usize;
  groupPosition: usize;
}

/** The distance of the three taps of an axis, which are evenly spaced and in ascending order. */
@inline
function dilationOf(axis: Axis): i32 {
  return tapSource(axis, 1) - tapSource(axis, 0);
}


@inline
function tilesOf(axis: Axis, dilation: i32, size: i32): i32 {
  const phase = (axis.count + dilation - 1) / dilation;
  return (phase + size - 1) / size;
}

/** Tiles of one plane of results, over all batch elements. */
@inline
export function tilesPerPlane(conv: Conv, size: i32): i32 {
  const h = dilationOf(conv.height),
    w = dilationOf(conv.width);
  return conv.batch * h * w * tilesOf(conv.height, h, size) * tilesOf(conv.width, w, size);
}

/** Tiles of a block, out of a number: as many as the cache holds, in blocks of similar size. */
export function blockRows(tiles: i32, positions: i32, depth: i32, columns: i32): i32 {
  const perTile = positions * (depth + min(columns, TILES_COLUMNS)) * 4;
  const most = min(max(TILES_BYTES / perTile, 4 * MR), TILES_MOST);
  const blocks = (tiles + most - 1) / most;
  return min(tiles, roundUp((tiles + blocks - 1) / blocks, MR));
}

export function winogradBlockRows(conv: Conv, size: i32): i32 {
  const depth = conv.depth.taps * conv.groupInChannels;
  return blockRows(tilesPerPlane(conv, size), (size + 2) * (size + 2), depth, conv.groupOutChannels);
}

/** Bytes of a matrix for one position. Not a multiple of 128, so that the positions do not share cache sets. */
@inline
export function spaced(bytes: usize): usize {
  return ((bytes + 127) & ~127) + 64;
}


@inline
export function inputRow(conv: Conv): usize {
  return <usize>padded(conv.depth.taps * conv.groupInChannels) * F32 + 64;
}

/** Output channels of a block, in full panels where the filter is streamed. */
@inline
function blockColumns(conv: Conv, streamed: bool): i32 {
  return min(roundUp(conv.groupOutChannels, streamed ? NR : 4), TILES_COLUMNS);
}

/** Bytes of scratch memory before the transformed inputs. */
@inline
function fixedBytes(conv: Conv, size: i32, streamed: bool): usize {
  const n = size + 2;
  const floats = padded(conv.groupOutChannels) + blockColumns(conv, streamed) + n * n * padded(conv.groupInChannels);
  return BLOCK_BYTES + PASSES_BYTES + <usize>floats * F32;
}

/** Rows of products: those of full groups where the filter is streamed. */
@inline
function productRows(rows: i32, streamed: bool): i32 {
  return streamed ? roundUp(rows, STREAM_GROUP) : rows;
}

/** Bytes of the inputs of a group of tiles at a position. */
@inline
export function groupPosition(conv: Conv): usize {
  return STREAM_INPUT * <usize>padded(conv.depth.taps * conv.groupInChannels) + 64;
}

/** Bytes of scratch memory that winogradForward() needs. */
export function winogradScratchBytes(conv: Conv, size: i32, streamed: bool): usize {
  const rows = winogradBlockRows(conv, size);
  const products = <usize>productRows(rows, streamed) * <usize>blockColumns(conv, streamed) * F32;
  let perPosition = spaced(<usize>rows * inputRow(conv)) + spaced(products);
  if (streamed) perPosition += <usize>(productRows(rows, streamed) / STREAM_GROUP) * groupPosition(conv);
  const bytes = fixedBytes(conv, size, streamed) + <usize>((size + 2) * (size + 2)) * perPosition;
  return streamed ? bytes + STREAM_BYTES : bytes;
}

/** Divides a plane of results. */
export function divideIntoTiles(block: Block, conv: Conv, size: i32): void {
  block.heightDilation = dilationOf(conv.height);
  block.widthDilation = dilationOf(conv.width);
  block.heightTiles = tilesOf(conv.height, block.heightDilation, size);
  block.widthTiles = tilesOf(conv.width, block.widthDilation, size);
}

/** Divides the scratch memory, which begins with the structure. */
export function layOut(block: Block, conv: Conv, size: i32, streamed: bool): void {
  const n = size + 2;
  divideIntoTiles(block, conv, size);
  block.rows = winogradBlockRows(conv, size);
  block.columns = blockColumns(conv, streamed);
  block.bias = changetype<usize>(block) + BLOCK_BYTES;
  block.zeros = block.bias + <usize>padded(conv.groupOutChannels) * F32;
  block.passes = block.zeros + <usize>block.columns * F32;
  block.patch = block.passes + PASSES_BYTES;
  block.inputs = changetype<usize>(block) + fixedBytes(conv, size, streamed);
  block.inputRow = inputRow(conv);
  block.inputPosition = spaced(<usize>block.rows * block.inputRow);
  block.products = block.inputs + <usize>(n * n) * block.inputPosition;
  block.productRow = <usize>block.columns * F32;
  block.productPosition = spaced(<usize>productRows(block.rows, streamed) * block.productRow);
  block.part = streamed ? block.products + <usize>(n * n) * block.productPosition : 0;
  block.groups = block.part + STREAM_BYTES;
  block.groupPosition = groupPosition(conv);
}

/** One tile of results. */
@unmanaged
export class Tile {
  batch: i32;
  /** The first row and column of results, and how many of each are in bounds. */
  h: i32;
  w: i32;
  height: i32;
  width: i32;
}

/** Results of a tile along an axis, from `first` on. */
@inline
function present(first: i32, dilation: i32, size: i32, count: i32): i32 {
  return max(min(size, (count - first + dilation - 1) / dilation), 0);
}

/** What the results of a block have in common. */
@unmanaged
export class Output {
  /** Transformed filter of the group, or its panels. */
  filter: usize;
  /** The plane of results. */
  depth: i32;
  /** Limits of the results (lowerLimit(), upperLimit()). */
  low: f32;
  high: f32;
}

/** Bytes of these structures, in full cache lines. */
const BLOCK_BYTES: usize =
  (offsetof<Block>() + offsetof<Tile>() + offsetof<Output>() + CACHE_LINE - 1) & ~(CACHE_LINE - 1);

/** The present tile, which follows the block. */
@inline
export function tileOf(block: Block): Tile {
  return changetype<Tile>(changetype<usize>(block) + offsetof<Block>());
}


@inline
export function outputOf(block: Block): Output {
  return changetype<Output>(changetype<usize>(block) + offsetof<Block>() + offsetof<Tile>());
}

/** Finds the tile with an index among those of a plane. */
export function findTile(tile: Tile, conv: Conv, block: Block, size: i32, index: i32): void {
  const column = index % block.widthTiles;
  let remaining = index / block.widthTiles;
  const row = remaining % block.heightTiles;
  remaining /= block.heightTiles;
  const widthPhase = remaining % block.widthDilation;
  remaining /= block.widthDilation;
  const heightPhase = remaining % block.heightDilation;
  tile.batch = remaining / block.heightDilation;
  tile.h = heightPhase + row * size * block.heightDilation;
  tile.w = widthPhase + column * size * block.widthDilation;
  tile.height = present(tile.h, block.heightDilation, size, conv.height.count);
  tile.width = present(tile.w, block.widthDilation, size, conv.width.count);
}
