import {readStreams} from '../../common/read_ahead';
import {F32, NR, STREAM_GROUP, STREAM_ROWS, STREAMS} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {Block} from '../tiles';
import {stream1x8, stream2x8, stream4x8, STREAM_INPUT} from './microkernel';
import {
  isBounded,
  LINE_PAIRS,
  pairPosition,
  panelBytes,
  positionFactor,
  ROW,
  STREAM_POSITION,
  streamWeights,
  TAPS,
  transformPart,
} from './stream';

/*
 * The products of Winograd convolution and a filter that is streamed: a part of it is transformed, at two lines of
 * positions, and multiplied while it is in the L1 cache; meanwhile the next part is read from memory. Tiles are taken in
 * groups of four.
 *
 * The last position of a line or column, the point at infinity, contributes only to the last result of it. Tiles with
 * fewer results, as the second one of 7 = 4 + 3, do without; their products there stay 0.
 */

/** Interleaves the transformed inputs of `rows` tiles in groups, times the factors that the filter lacks where `scaled`. */
export function groupInputs(block: Block, rows: i32, depth: i32, scaled: bool): void {
  for (let first = 0; first < rows; first += STREAM_GROUP) {
    // A group that is not full repeats its last tile.
    const last = rows - 1 - first;
    const at0 = block.inputs + <usize>first * block.inputRow;
    const step1 = <usize>min(last, 1) * block.inputRow,
      step2 = <usize>min(last, 2) * block.inputRow;
    const step3 = <usize>min(last, 3) * block.inputRow;
    let to = block.groups + <usize>(first / STREAM_GROUP) * 36 * block.groupPosition;
    for (let i = 0, from = at0; i < 36; i++, from += block.inputPosition, to += block.groupPosition) {
      const scale = f32x4.splat(scaled ? positionFactor(i) : 1);
      let p = to;
      for (let at = from, end = from + <usize>depth * F32; at < end; at += 16, p += 4 * STREAM_INPUT) {
        const a = f32x4.mul(v128.load(at), scale),
          b = f32x4.mul(v128.load(at + step1), scale);
        const c = f32x4.mul(v128.load(at + step2), scale),
          d = f32x4.mul(v128.load(at + step3), scale);
        const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5),
          cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
        v128.store(p, v128.shuffle<f64>(ab, cd, 0, 2));
        v128.store(p, v128.shuffle<f64>(ab, cd, 1, 3), STREAM_INPUT);
        const ba = v128.shuffle<f32>(a, b, 2, 6, 3, 7),
          dc = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        v128.store(p, v128.shuffle<f64>(ba, dc, 0, 2), 2 * STREAM_INPUT);
        v128.store(p, v128.shuffle<f64>(ba, dc, 1, 3), 3 * STREAM_INPUT);
      }
    }
  }
}

/** Adds the products of `tiles` tiles of a group at the first `count` positions of a line, which are at a, b and c. */
@inline
function multiplyLine(block: Block, tiles: i32, count: i32, depth: i32, a: usize, b: usize, c: usize): void {
  const aPosition = block.groupPosition,
    cPosition = block.productPosition,
    cRow = block.productRow;
  if (tiles > 2) {
    stream4x8(count, depth, a, aPosition, b, c, cRow, cPosition);
    return;
  }
  if (tiles == 1 && count == 6) {
    stream1x8(2, depth, a, aPosition, b, c, cPosition);
    return;
  }
  for (; count > 1; count -= 2, a += 2 * aPosition, b += 2 * STREAM_POSITION, c += 2 * cPosition) {
    stream2x8(depth, a, a + aPosition, F32, b, b + STREAM_POSITION, c, c + cPosition, cRow);
  }
  if (count > 0) stream4x8(1, depth, a, aPosition, b, c, cRow, cPosition);
}

/** Whether the second tile of each two of a group has no products at the last position of a line. */
@inline
function isHalved(narrow: bool, tiles: i32): bool {
  return narrow && tiles > 2;
}

/**
 * Adds the products of the group of tiles from `first` on at a line of a pair. Of `rows` tiles, `lastRows` have products
 * at the last line; where `narrow`, the second tile of each two has none at the last position of a line.
 */
function multiplyGroup(
  block: Block,
  pair: i32,
  line: i32,
  first: i32,
  rows: i32,
  lastRows: i32,
  narrow: bool,
  depth: i32,
  inputs: usize,
  products: usize,
): void {
  const position = pairPosition(pair, line);
  const tiles = (position == 30 ? lastRows : rows) - first;
  if (tiles <= 0) return;
  const a = inputs + <usize>(first / STREAM_GROUP) * 36 * block.groupPosition;
  multiplyLine(
    block,
    tiles,
    isHalved(narrow, rows - first) ? 5 : 6,
    depth,
    a + <usize>position * block.groupPosition,
    block.part + <usize>(6 * line) * STREAM_POSITION,
    products + <usize>first * block.productRow + <usize>position * block.productPosition,
  );
}

/** Adds the products that multiplyGroup() leaves out where isHalved(): the first tile of each two at the last positions. */
function multiplyLast(block: Block, pair: i32, first: i32, depth: i32, inputs: usize, products: usize): void {
  const a = inputs + <usize>(first / STREAM_GROUP) * 36 * block.groupPosition;
  const c = products + <usize>first * block.productRow;
  const above = <usize>(pairPosition(pair, 0) + 5),
    below = <usize>(pairPosition(pair, 1) + 5);
  stream2x8(
    depth,
    a + above * block.groupPosition,
    a + below * block.groupPosition,
    2 * F32,
    block.part + 5 * STREAM_POSITION,
    block.part + 11 * STREAM_POSITION,
    c + above * block.productPosition,
    c + below * block.productPosition,
    2 * block.productRow,
  );
}

/** multiplyTiles() of a filter that is streamed, by the panels of a group. */
export function multiplyStreamed(
  conv: Conv,
  block: Block,
  panels: usize,
  start: i32,
  count: i32,
  first: i32,
  depth: i32,
  rows: i32,
): void {
  const all = conv.depth.taps * conv.groupInChannels;
  const short = block.heightDilation == 1 && (conv.height.count & 3) != 0;
  const lastRows = short && rows == block.heightTiles * block.widthTiles ? rows - block.widthTiles : rows;
  const narrow =
    block.widthDilation == 1 && (conv.width.count & 3) != 0 && block.widthTiles == 2 && (block.rows & 1) == 0;
  const endPanels = panels + panelBytes(all, conv.groupOutChannels);
  const bounded = isBounded(conv.filter);
  memory.fill(block.products, 0, 36 * block.productPosition);
  for (let column = 0; column < count; column += NR) {
    const products = block.products + <usize>column * F32;
    const panel = streamWeights(panels, all, start + column);
    // The next panel is read in several streams at once, most of which arrives while the processor computes.
    const stream = (TAPS * ROW * <usize>all) / STREAMS;
    let near = panel + TAPS * ROW * <usize>all;
    const ahead = near < endPanels;
    for (let k = 0; k < depth; k += STREAM_ROWS) {
      const part = min(STREAM_ROWS, depth - k);
      const inputs = block.groups + <usize>k * STREAM_INPUT;
      // A piece is read before each of the three steps of a pair of lines: its transform, and the products of each line.
      const piece = (TAPS * ROW * <usize>part) / (3 * <usize>LINE_PAIRS * STREAMS);
      for (let pair = 0; pair < LINE_PAIRS; pair++) {
        if (ahead) readStreams(near, stream, piece);
        near += piece;
        transformPart(block.part, panel + TAPS * <usize>(first + k) * ROW, part, pair, bounded);
        for (let line = 0; line < 2; line++, near += piece) {
          if (ahead) readStreams(near, stream, piece);
          for (let group = 0; group < rows; group += STREAM_GROUP) {
            multiplyGroup(block, pair, line, group, rows, lastRows, narrow, part, inputs, products);
          }
        }
        for (let group = 0; group < rows && isHalved(narrow, rows - group); group += STREAM_GROUP) {
          multiplyLast(block, pair, group, part, inputs, products);
        }
      }
    }
  }
}
