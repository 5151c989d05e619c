import {copyPadded, padded} from '../../common/vector';
import {F32, NR} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {Tile} from '../tiles';
import {GradientBlock} from './tiles';
import {gradientPass4, gradientPass6} from './transposed_transform';

/** A y A' of four output channels. Pixels are at from + i * line + j * pixel, positions `position` bytes apart. */
@inline
function transformVector(
  size: i32,
  to: usize,
  position: usize,
  from: usize,
  line: usize,
  pixel: usize,
  passes: usize,
): void {
  const n = size + 2;
  const passLine = <usize>size * 16;
  for (let j = 0; j < size; j++, from += pixel) {
    const t = passes + ((<usize>j) << 4);
    const y0 = v128.load(from),
      y1 = v128.load(from + line);
    if (size == 4) gradientPass6(t, passLine, y0, y1, v128.load(from + 2 * line), v128.load(from + 3 * line));
    else gradientPass4(t, passLine, y0, y1);
  }
  for (let i = 0; i < n; i++, passes += passLine, to += <usize>n * position) {
    const y0 = v128.load(passes),
      y1 = v128.load(passes, 16);
    if (size == 4) gradientPass6(to, position, y0, y1, v128.load(passes, 32), v128.load(passes, 48));
    else gradientPass4(to, position, y0, y1);
  }
}

/** All output channels of tile `row` of a block of `rows`, to panels that begin at `to`. */
@inline
function transform(
  size: i32,
  to: usize,
  position: usize,
  row: i32,
  rows: i32,
  columns: i32,
  from: usize,
  line: usize,
  pixel: usize,
  passes: usize,
): void {
  for (let n = 0; n < columns; n += NR) {
    const wide = columns - n > 4;
    const at = to + <usize>(n * rows) * F32 + <usize>row * (wide ? 32 : 16);
    transformVector(size, at, position, from, line, pixel, passes);
    if (wide) transformVector(size, at + 16, position, from + 16, line, pixel, passes);
    from += 32;
  }
}

function transform4(
  to: usize,
  position: usize,
  row: i32,
  rows: i32,
  columns: i32,
  from: usize,
  line: usize,
  pixel: usize,
  passes: usize,
): void {
  transform(4, to, position, row, rows, columns, from, line, pixel, passes);
}

function transform2(
  to: usize,
  position: usize,
  row: i32,
  rows: i32,
  columns: i32,
  from: usize,
  line: usize,
  pixel: usize,
  passes: usize,
): void {
  transform(2, to, position, row, rows, columns, from, line, pixel, passes);
}

/** Copies dy of a tile at the border, or whose output channels do not fill the vectors. */
function gatherGradients(conv: Conv, block: GradientBlock, size: i32, tile: Tile, columns: i32, from: usize): void {
  let to = block.patch;
  for (let i = 0; i < size; i++, from += <usize>block.heightDilation * conv.resultHeight) {
    for (let j = 0, at = from; j < size; j++, at += <usize>block.widthDilation * conv.resultPixel) {
      copyPadded(to, at, F32, i < tile.height && j < tile.width ? columns : 0, padded(columns));
      to += <usize>padded(columns) * F32;
    }
  }
}

/** Transforms `columns` output channels of dy of a tile in the plane at `plane`: row `row` of a block of `rows`. */
export function transformGradients(
  conv: Conv,
  block: GradientBlock,
  size: i32,
  tile: Tile,
  plane: usize,
  columns: i32,
  row: i32,
  rows: i32,
): void {
  let from = plane + <usize>tile.h * conv.resultHeight + <usize>tile.w * conv.resultPixel;
  let line = <usize>block.heightDilation * conv.resultHeight;
  let pixel = <usize>block.widthDilation * conv.resultPixel;
  if (tile.height < size || tile.width < size || (columns & 3) != 0) {
    gatherGradients(conv, block, size, tile, columns, from);
    from = block.patch;
    pixel = <usize>padded(columns) * F32;
    line = <usize>size * pixel;
  }
  const position = block.gradientPosition;
  if (size == 4) transform4(block.gradients, position, row, rows, columns, from, line, pixel, block.passes);
  else transform2(block.gradients, position, row, rows, columns, from, line, pixel, block.passes);
}

/** Writes the transformed inputs of a tile in a plane that is out of bounds, which are 0. */
export function clearInputs(conv: Conv, block: GradientBlock, size: i32, to: usize): void {
  for (let i = 0; i < (size + 2) * (size + 2); i++, to += block.inputPosition) {
    memory.fill(to, 0, <usize>conv.groupInChannels * F32);
  }
}
