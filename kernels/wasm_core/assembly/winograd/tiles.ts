import {Axis, Conv} from '../common/plan';
import {F32, PANEL, roundUp, TILE_ROWS} from '../common/target';
import {paddedTo4} from './filter';
import {panelBytes, STREAM_BYTES, StreamedFilter} from './stream/stream';
import {STREAM_INPUT} from './stream/tile';

/*
 * How a 3x3 convolution is divided into tiles, and where the scratch memory of a block of them lies.
 *
 * A convolution of dilation d is d * d dense ones, each on every d-th row and column (a phase), so a tile of results
 * and its inputs are d apart. Tiles are counted over batch elements, phases, and positions; the planes of a 3-D
 * convolution are outermost, since the planes of taps that are in bounds are a matter of the plane of results.
 */

/** Scratch memory: this structure, then the parts that it points to. */
@unmanaged
export class Block {
  heightDilation: i32;
  heightTiles: i32;
  widthDilation: i32;
  widthTiles: i32;
  /** Tiles of a block. */
  rows: i32;
  /** Columns that are multiplied and transformed at a time. */
  columns: i32;
  /** The bias of a group with its padding. */
  bias: usize;
  zeros: usize;
  /** One tile between the two passes of a transform. */
  passes: usize;
  /** The inputs of a tile that reaches over the border: [n * n, channels rounded up to 4]. */
  patch: usize;
  /** The transformed inputs: per position, [rows, planes * channels]. */
  inputs: usize;
  inputRow: usize;
  inputPosition: usize;
  /** The products: per position, [rows, columns]. */
  products: usize;
  productRow: usize;
  productPosition: usize;
  /** A part of the filter, transformed (stream/stream.ts); 0 where all of it is in memory. */
  part: usize;
  /** The inputs of groups of tiles (stream/product.ts): per group and position, [planes * channels, 4]. */
  groups: usize;
  groupPosition: usize;
  /** Panels that are packed for a call alone, and how many columns of them at a time. */
  panels: usize;
  panelColumns: i32;
}

/** Bytes of transformed inputs and of products of a block that the L2 cache is to hold. */
const BLOCK_BYTES: i32 = 384 * 1024;
const MAX_ROWS: i32 = 120;
const BLOCK_COLUMNS: i32 = 128;
/** Tiles that are multiplied together where the filter is streamed. */
export const STREAM_GROUP: i32 = 4;
export const PASSES_BYTES: usize = 576;
/** Block, Tile and Output. */
export const STRUCTURES_BYTES: usize = 160;

/** The distance of the three taps of an axis, which are evenly spaced and in ascending order. */
@inline
function dilationOf(axis: Axis): i32 {
  return load<i32>(axis.source, 4) - load<i32>(axis.source);
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

/** Tiles of a block: as many as the cache holds, in blocks of like size. */
export function winogradBlockRows(conv: Conv, size: i32): i32 {
  const positions = (size + 2) * (size + 2);
  const depth = conv.depth.taps * conv.channels;
  const perTile = positions * (depth + min(conv.columns, BLOCK_COLUMNS)) * 4;
  const most = min(max(BLOCK_BYTES / perTile, 4 * TILE_ROWS), MAX_ROWS);
  const tiles = tilesPerPlane(conv, size);
  const blocks = (tiles + most - 1) / most;
  return min(tiles, roundUp((tiles + blocks - 1) / blocks, TILE_ROWS));
}

/** Bytes of a matrix for one position. Not a multiple of 128, so that the positions do not share cache sets. */
@inline
export function spaced(bytes: usize): usize {
  return ((bytes + 127) & ~127) + 64;
}


@inline
export function inputRow(conv: Conv): usize {
  return <usize>paddedTo4(conv.depth.taps * conv.channels) * F32 + 64;
}

/** Columns of a block, in full panels where the filter is streamed. */
@inline
function blockColumns(conv: Conv, streamed: bool): i32 {
  return min(roundUp(conv.columns, streamed ? PANEL : 4), BLOCK_COLUMNS);
}

/** Bytes of scratch memory before the transformed inputs. */
@inline
function fixedBytes(conv: Conv, size: i32, streamed: bool): usize {
  const n = size + 2;
  const floats = paddedTo4(conv.columns) + blockColumns(conv, streamed) + n * n * paddedTo4(conv.channels);
  return STRUCTURES_BYTES + PASSES_BYTES + <usize>floats * F32;
}

/** Rows of products: those of full groups where the filter is streamed. */
@inline
function productRows(rows: i32, streamed: bool): i32 {
  return streamed ? roundUp(rows, STREAM_GROUP) : rows;
}

/** Bytes of the inputs of a group of tiles at a position. */
@inline
export function groupPosition(conv: Conv): usize {
  return STREAM_INPUT * <usize>paddedTo4(conv.depth.taps * conv.channels) + 64;
}

/** Bytes of panels that are packed for a call alone, near the L2 cache. */
const PANELS_BYTES: i32 = 1 << 20;

/** Columns that are packed at a time for a call alone; 0 where all are. */
function panelColumns(conv: Conv): i32 {
  if (changetype<StreamedFilter>(conv.filter).packed == conv.columns) return 0;
  const perPanel = <i32>panelBytes(conv.depth.taps * conv.channels, PANEL);
  return max(1, min(PANELS_BYTES / perPanel, BLOCK_COLUMNS / PANEL)) * PANEL;
}

/** Bytes of scratch memory that winograd() needs. */
export function winogradScratchBytes(conv: Conv, size: i32, streamed: bool): usize {
  const rows = winogradBlockRows(conv, size);
  const products = <usize>productRows(rows, streamed) * <usize>blockColumns(conv, streamed) * F32;
  let perPosition = spaced(<usize>rows * inputRow(conv)) + spaced(products);
  if (streamed) perPosition += <usize>(productRows(rows, streamed) / STREAM_GROUP) * groupPosition(conv);
  const bytes = fixedBytes(conv, size, streamed) + <usize>((size + 2) * (size + 2)) * perPosition;
  return streamed ? bytes + STREAM_BYTES + panelBytes(conv.depth.taps * conv.channels, panelColumns(conv)) : bytes;
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
  block.bias = changetype<usize>(block) + STRUCTURES_BYTES;
  block.zeros = block.bias + <usize>paddedTo4(conv.columns) * F32;
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
  block.panelColumns = streamed ? panelColumns(conv) : 0;
  block.panels =
    block.groups + <usize>((n * n * productRows(block.rows, streamed)) / STREAM_GROUP) * block.groupPosition;
}

/** One tile of results. */
@unmanaged
export class Tile {
  batch: i32;
  /** The first row and column of results, and how many of them there are in the tile. */
  h: i32;
  w: i32;
  rows: i32;
  columns: i32;
}

/** Results of a tile from `first` on. */
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
  /** Limits of the results: those of relu and relu6, otherwise infinities. */
  low: f32;
  high: f32;
}

/** Where the structure of the tile at hand is kept: behind that of the block. */
@inline
export function tileOf(block: Block): Tile {
  return changetype<Tile>(changetype<usize>(block) + offsetof<Block>());
}


@inline
export function outputOf(block: Block): Output {
  return changetype<Output>(changetype<usize>(block) + offsetof<Block>() + offsetof<Tile>());
}

/** The tile of that index among those of a plane. */
export function findTile(tile: Tile, conv: Conv, block: Block, size: i32, index: i32): void {
  const column = index % block.widthTiles;
  let rest = index / block.widthTiles;
  const row = rest % block.heightTiles;
  rest /= block.heightTiles;
  const widthPhase = rest % block.widthDilation;
  rest /= block.widthDilation;
  const heightPhase = rest % block.heightDilation;
  tile.batch = rest / block.heightDilation;
  tile.h = heightPhase + row * size * block.heightDilation;
  tile.w = widthPhase + column * size * block.widthDilation;
  tile.rows = present(tile.h, block.heightDilation, size, conv.height.count);
  tile.columns = present(tile.w, block.widthDilation, size, conv.width.count);
}
