import {Conv} from '../../common/plan';
import {F32, PANEL} from '../../common/target';
import {paddedTo4} from '../filter';
import {
  Block,
  divideIntoTiles,
  groupPosition,
  inputRow,
  PASSES_BYTES,
  spaced,
  STREAM_GROUP,
  STRUCTURES_BYTES,
  Tile,
  tilesPerPlane,
} from '../tiles';

/*
 * How the filter's gradient is divided: blocks of tiles, over which products are summed, and blocks of those sums.
 */

/** Scratch memory: this structure, then the parts that it points to. */
@unmanaged
export class GradientBlock extends Block {
  /** Rows of the gradient that are multiplied and transformed at a time. */
  sumRows: i32;
  /** The transformed dy: per position, packed panels of [tiles, columns]. */
  gradients: usize;
  gradientPosition: usize;
  /** Addresses of nine taps. */
  list: usize;
}

/** Where the structure of the tile at hand is kept. */
@inline
export function gradientTileOf(block: GradientBlock): Tile {
  return changetype<Tile>(changetype<usize>(block) + offsetof<GradientBlock>());
}

/** Bytes of transformed inputs and gradients of a block that the L2 cache is to hold. */
const BLOCK_BYTES: i32 = 1024 * 1024;
const LIST_BYTES: usize = 48;
/** Tiles of a block: enough to outweigh the transform to taps. */
const LEAST_ROWS: i32 = 64;
const MOST_ROWS: i32 = 240;
/** Sums of a block, at each position. */
const SUM_ROWS: i32 = 30;
const SUM_COLUMNS: i32 = 128;

/** Tiles of a block: as many as the cache holds, in blocks of like size. */
function gradientBlockRows(conv: Conv, size: i32): i32 {
  const perTile = (size + 2) * (size + 2) * (conv.depth.taps * conv.channels + conv.columns) * 4;
  const most = min(max(BLOCK_BYTES / perTile, LEAST_ROWS), MOST_ROWS);
  const tiles = conv.depth.count * tilesPerPlane(conv, size);
  const blocks = (tiles + most - 1) / most;
  return (tiles + blocks - 1) / blocks;
}

/**
 * The same where they are of one group of tiles: in the L2 cache, so that results are written a KiB at a time and the
 * gradients are read for more rows.
 */
const GROUP_ROWS: i32 = 8;
const GROUP_COLUMNS: i32 = 256;

/** Whether all tiles are one group (outer_product.ts), of F(4,3) and full panels. */
@inline
function isGroup(conv: Conv, size: i32, rows: i32): bool {
  return (
    size == 4 &&
    rows == STREAM_GROUP &&
    conv.columns % PANEL == 0 &&
    conv.depth.count * tilesPerPlane(conv, size) == STREAM_GROUP
  );
}


@inline
function sumColumns(conv: Conv, grouped: bool): i32 {
  return min(paddedTo4(conv.columns), grouped ? GROUP_COLUMNS : SUM_COLUMNS);
}


@inline
function sumRows(conv: Conv, grouped: bool): i32 {
  return min(conv.depth.taps * conv.channels, grouped ? GROUP_ROWS : SUM_ROWS);
}

/** Bytes of transformed dy of a position. */
@inline
function gradientPosition(conv: Conv, rows: i32): usize {
  return spaced(<usize>(rows * paddedTo4(conv.columns)) * F32);
}

/** Bytes of the sums of a position. */
@inline
function productPosition(conv: Conv, grouped: bool): usize {
  return spaced(<usize>(sumRows(conv, grouped) * sumColumns(conv, grouped)) * F32);
}

/** Bytes of scratch memory before the transformed inputs. */
@inline
function fixedBytes(conv: Conv, size: i32, grouped: bool): usize {
  const n = size + 2;
  const patch = max(n * n * paddedTo4(conv.channels), size * size * paddedTo4(conv.columns));
  return STRUCTURES_BYTES + PASSES_BYTES + LIST_BYTES + <usize>(sumColumns(conv, grouped) + patch) * F32;
}

/** Bytes of scratch memory that winogradBackpropFilter() needs. */
export function winogradBackpropFilterScratchBytes(conv: Conv, size: i32): usize {
  const rows = gradientBlockRows(conv, size);
  const grouped = isGroup(conv, size, rows);
  let perPosition =
    spaced(<usize>rows * inputRow(conv)) + gradientPosition(conv, rows) + productPosition(conv, grouped);
  if (grouped) perPosition += groupPosition(conv);
  return fixedBytes(conv, size, grouped) + <usize>((size + 2) * (size + 2)) * perPosition;
}

/** Divides the scratch memory, which begins with the structure. */
export function layOutGradient(block: GradientBlock, conv: Conv, size: i32): void {
  const positions = <usize>((size + 2) * (size + 2));
  divideIntoTiles(block, conv, size);
  block.rows = gradientBlockRows(conv, size);
  const grouped = isGroup(conv, size, block.rows);
  block.columns = sumColumns(conv, grouped);
  block.sumRows = sumRows(conv, grouped);
  block.zeros = changetype<usize>(block) + STRUCTURES_BYTES;
  block.passes = block.zeros + <usize>block.columns * F32;
  block.list = block.passes + PASSES_BYTES;
  block.patch = block.list + LIST_BYTES;
  block.inputs = changetype<usize>(block) + fixedBytes(conv, size, grouped);
  block.inputRow = inputRow(conv);
  block.inputPosition = spaced(<usize>block.rows * block.inputRow);
  block.gradients = block.inputs + positions * block.inputPosition;
  block.gradientPosition = gradientPosition(conv, block.rows);
  block.products = block.gradients + positions * block.gradientPosition;
  block.productRow = <usize>block.columns * F32;
  block.productPosition = productPosition(conv, grouped);
  block.groups = grouped ? block.products + positions * block.productPosition : 0;
  block.groupPosition = groupPosition(conv);
}
