import {tapSource} from '../common/plan';
import {copyPadded, padded} from '../common/vector';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {Block, Tile} from './tiles';
import {inputPass4, inputPass6} from './transform';

/** B'dB of four channels. Pixels are at from + i * line + j * pixel, positions `position` bytes apart. */
@inline
function transformVector(
  n: i32,
  to: usize,
  position: usize,
  from: usize,
  line: usize,
  pixel: usize,
  passes: usize,
): void {
  const passLine = <usize>n * 16;
  for (let j = 0; j < n; j++, from += pixel) {
    let p = from;
    const d0 = v128.load(p),
      d1 = v128.load((p += line)),
      d2 = v128.load((p += line)),
      d3 = v128.load((p += line));
    const t = passes + ((<usize>j) << 4);
    if (n == 6) inputPass6(t, passLine, d0, d1, d2, d3, v128.load(p + line), v128.load(p + 2 * line));
    else inputPass4(t, passLine, d0, d1, d2, d3);
  }
  for (let i = 0; i < n; i++, passes += passLine, to += <usize>n * position) {
    const d0 = v128.load(passes),
      d1 = v128.load(passes, 16),
      d2 = v128.load(passes, 32),
      d3 = v128.load(passes, 48);
    if (n == 6) inputPass6(to, position, d0, d1, d2, d3, v128.load(passes, 64), v128.load(passes, 80));
    else inputPass4(to, position, d0, d1, d2, d3);
  }
}


@inline
function transform(
  n: i32,
  to: usize,
  position: usize,
  from: usize,
  line: usize,
  pixel: usize,
  channels: i32,
  passes: usize,
): void {
  const end = to + <usize>channels * F32;
  for (; to < end; to += 16, from += 16) transformVector(n, to, position, from, line, pixel, passes);
}

function transform6(
  to: usize,
  position: usize,
  from: usize,
  line: usize,
  pixel: usize,
  channels: i32,
  passes: usize,
): void {
  transform(6, to, position, from, line, pixel, channels, passes);
}

function transform4(
  to: usize,
  position: usize,
  from: usize,
  line: usize,
  pixel: usize,
  channels: i32,
  passes: usize,
): void {
  transform(4, to, position, from, line, pixel, channels, passes);
}

/** Copies the inputs of a tile, some of which are out of bounds, or whose channels do not fill the vectors. */
function gatherInputs(conv: Conv, block: Block, n: i32, plane: usize, h: i32, w: i32): void {
  const channels = conv.groupInChannels;
  const step = <usize>padded(channels) * F32;
  let to = block.patch;
  for (let i = 0; i < n; i++, h += block.heightDilation) {
    const line = plane + <usize>h * conv.sourceHeight;
    const lineInside = <u32>h < <u32>conv.height.sourceSize;
    for (let j = 0, x = w; j < n; j++, x += block.widthDilation, to += step) {
      const inside = lineInside && <u32>x < <u32>conv.width.sourceSize;
      copyPadded(to, line + <usize>x * conv.sourcePixel, F32, inside ? channels : 0, padded(channels));
    }
  }
}

/** Transforms the inputs of a tile in the plane of the source at `plane` to a row of the products' left operand. */
export function transformInputs(conv: Conv, block: Block, size: i32, tile: Tile, plane: usize, to: usize): void {
  const n = size + 2;
  const channels = conv.groupInChannels;
  const h = tile.h + tapSource(conv.height, 0);
  const w = tile.w + tapSource(conv.width, 0);
  const inside =
    h >= 0 &&
    h + (n - 1) * block.heightDilation < conv.height.sourceSize &&
    w >= 0 &&
    w + (n - 1) * block.widthDilation < conv.width.sourceSize;
  let from = plane + <usize>h * conv.sourceHeight + <usize>w * conv.sourcePixel;
  let line = <usize>block.heightDilation * conv.sourceHeight;
  let pixel = <usize>block.widthDilation * conv.sourcePixel;
  if (!inside || (channels & 3) != 0) {
    gatherInputs(conv, block, n, plane, h, w);
    from = block.patch;
    pixel = <usize>padded(channels) * F32;
    line = <usize>n * pixel;
  }
  if (size == 4) transform6(to, block.inputPosition, from, line, pixel, channels, block.passes);
  else transform4(to, block.inputPosition, from, line, pixel, channels, block.passes);
}
