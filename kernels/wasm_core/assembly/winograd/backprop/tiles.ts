import {padded} from '../../common/vector';
import {
  CACHE_LINE,
  F32,
  GRADIENT_TILES_BYTES,
  GRADIENT_TILES_LEAST,
  GRADIENT_TILES_MOST,
  GROUP_SUM_COLUMNS,
  GROUP_SUM_ROWS,
  NR,
  STREAM_GROUP,
  SUM_COLUMNS,
  SUM_ROWS,
} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {PASSES_BYTES} from '../../shared/transform';
import {Block, divideIntoTiles, groupPosition, inputRow, spaced, Tile, tilesPerPlane} from '../tiles';

/*
 * How the filter's gradient is divided: into blocks of tiles, over which products are summed, and into blocks of sums.
 */

/** The beginning of the scratch memory, which a Tile and the parts that it points to follow. */
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

/** Bytes of these structures, in full cache lines. */
const GRADIENT_BLOCK_BYTES: usize = (offsetof<GradientBlock>() + offsetof<Tile>() + CACHE_LINE - 1) & ~(CACHE_LINE - 1);

/** The present tile, which follows the block. */
@inline
export function gradientTileOf(block: GradientBlock): Tile {
  return changetype<Tile>(changetype<usize>(block) + offsetof<GradientBlock>());
}

const LIST_BYTES: usize = 48;

/** Tiles of a block: as many as the cache holds, in blocks of similar size. */
function gradientBlockRows(conv: Conv, size: i32): i32 {
  const perTile = (size + 2) * (size + 2) * (conv.depth.taps * conv.groupInChannels + conv.groupOutChannels) * 4;
  const most = min(max(GRADIENT_TILES_BYTES / perTile, GRADIENT_TILES_LEAST), GRADIENT_TILES_MOST);
  const tiles = conv.depth.count * tilesPerPlane(conv, size);
  const blocks = (tiles + most - 1) / most;
  return (tiles + blocks - 1) / blocks;
}

/** Whether all tiles are one group (microkernel.ts), of F(4,3) and full panels. */
@inline
function isGroup(conv: Conv, size: i32, rows: i32): bool {
  return (
    size == 4 &&
    rows == STREAM_GROUP &&
    conv.groupOutChannels % NR == 0 &&
    conv.depth.count * tilesPerPlane(conv, size) == STREAM_GROUP
  );
}


@inline
function sumColumns(conv: Conv, grouped: bool): i32 {
  return min(padded(conv.groupOutChannels), grouped ? GROUP_SUM_COLUMNS : SUM_COLUMNS);
}


@inline
function sumRows(conv: Conv, grouped: bool): i32 {
  return min(conv.depth.taps * conv.groupInChannels, grouped ? GROUP_SUM_ROWS : SUM_ROWS);
}

/** Bytes of transformed dy of a position. */
@inline
function gradientPosition(conv: Conv, rows: i32): usize {
  return spaced(<usize>(rows * padded(conv.groupOutChannels)) * F32);
}

/** Bytes of the sums of a position. */
@inline
function productPosition(conv: Conv, grouped: bool): usize {
  return spaced(<usize>(sumRows(conv, grouped) * sumColumns(conv, grouped)) * F32);
}

/** Bytes of scratch memory before the transformed inputs. */
@inline
function gradientFixedBytes(conv: Conv, size: i32, grouped: bool): usize {
  const n = size + 2;
  const patch = max(n * n * padded(conv.groupInChannels), size * size * padded(conv.groupOutChannels));
  return GRADIENT_BLOCK_BYTES + PASSES_BYTES + LIST_BYTES + <usize>(sumColumns(conv, grouped) + patch) * F32;
}

/** Bytes of scratch memory that winogradBackpropFilter() needs. */
export function winogradBackpropFilterScratchBytes(conv: Conv, size: i32): usize {
  const rows = gradientBlockRows(conv, size);
  const grouped = isGroup(conv, size, rows);
  let perPosition =
    spaced(<usize>rows * inputRow(conv)) + gradientPosition(conv, rows) + productPosition(conv, grouped);
  if (grouped) perPosition += groupPosition(conv);
  return gradientFixedBytes(conv, size, grouped) + <usize>((size + 2) * (size + 2)) * perPosition;
}

/** Divides the scratch memory, which begins with the structure. */
export function layOutGradient(block: GradientBlock, conv: Conv, size: i32): void {
  const positions = <usize>((size + 2) * (size + 2));
  divideIntoTiles(block, conv, size);
  block.rows = gradientBlockRows(conv, size);
  const grouped = isGroup(conv, size, block.rows);
  block.columns = sumColumns(conv, grouped);
  block.sumRows = sumRows(conv, grouped);
  block.zeros = changetype<usize>(block) + GRADIENT_BLOCK_BYTES;
  block.passes = block.zeros + <usize>block.columns * F32;
  block.list = block.passes + PASSES_BYTES;
  block.patch = block.list + LIST_BYTES;
  block.inputs = changetype<usize>(block) + gradientFixedBytes(conv, size, grouped);
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
