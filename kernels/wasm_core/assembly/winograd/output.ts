import {limited} from '../common/activation';
import {mad} from '../common/target';
import {storeFirst} from '../common/vector';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {SQUARES_LIMIT} from './bounds';
import {directResult} from './direct';
import {Block, Output, Tile} from './tiles';
import {outputPass4, outputPass6, result0, result1, result2, result3} from './transform';


@inline
function withBias(value: v128, bias: v128, low: v128, high: v128): v128 {
  return limited(f32x4.add(value, bias), low, high);
}

/** The first pass of A'mA for four output channels: `size` lines of n values to `passes`. */
@inline
function firstPass(size: i32, from: usize, position: usize, passes: usize): void {
  const n = size + 2;
  const line = <usize>n * position;
  for (let j = 0; j < n; j++, from += position, passes += 16) {
    let p = from;
    const m0 = v128.load(p),
      m1 = v128.load((p += line)),
      m2 = v128.load((p += line)),
      m3 = v128.load((p += line));
    if (size == 4) outputPass6(passes, 96, m0, m1, m2, m3, v128.load(p + line), v128.load(p + 2 * line));
    else outputPass4(passes, 64, m0, m1, m2, m3);
  }
}

/** The second pass of a whole tile of F(4,3). Returns the sums of the squared results. */
function wholeTile4(passes: usize, to: usize, line: usize, pixel: usize, bias: v128, low: v128, high: v128): v128 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < 4; i++, passes += 96, to += line) {
    const m1 = v128.load(passes, 16),
      m2 = v128.load(passes, 32),
      m3 = v128.load(passes, 48);
    const m4 = v128.load(passes, 64);
    const even1 = f32x4.add(m1, m2),
      odd1 = f32x4.sub(m1, m2);
    const even2 = f32x4.add(m3, m4),
      odd2 = f32x4.sub(m3, m4);
    let p = to;
    const y0 = result0(v128.load(passes), even1, even2);
    v128.store(p, withBias(y0, bias, low, high));
    const y1 = result1(odd1, odd2);
    v128.store((p += pixel), withBias(y1, bias, low, high));
    const y2 = result2(even1, even2);
    v128.store((p += pixel), withBias(y2, bias, low, high));
    const y3 = result3(odd1, odd2, v128.load(passes, 80));
    v128.store(p + pixel, withBias(y3, bias, low, high));
    sum = mad(y0, y0, mad(y1, y1, mad(y2, y2, mad(y3, y3, sum))));
  }
  return sum;
}

/** The second pass of any part of a tile, of which `count` output channels are written. */
@inline
function anyTile(
  size: i32,
  tile: Tile,
  passes: usize,
  to: usize,
  line: usize,
  pixel: usize,
  bias: v128,
  low: v128,
  high: v128,
  count: i32,
): v128 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < size; i++, passes += <usize>(size + 2) * 16, to += line) {
    const m0 = v128.load(passes),
      m1 = v128.load(passes, 16),
      m2 = v128.load(passes, 32),
      m3 = v128.load(passes, 48);
    if (size == 4) outputPass6(passes, 16, m0, m1, m2, m3, v128.load(passes, 64), v128.load(passes, 80));
    else outputPass4(passes, 16, m0, m1, m2, m3);
    const present = i < tile.height ? tile.width : 0;
    for (let j = 0, p = to, q = passes; j < size; j++, p += pixel, q += 16) {
      const y = v128.load(q);
      if (j < present) storeFirst(p, withBias(y, bias, low, high), count);
      sum = mad(y, y, sum);
    }
  }
  return sum;
}

/** Computes four output channels of a tile again, by the definition. */
function rewrite(
  size: i32,
  conv: Conv,
  block: Block,
  tile: Tile,
  output: Output,
  column: i32,
  source: usize,
  to: usize,
): void {
  const bias = v128.load(block.bias + <usize>column * F32);
  const low = f32x4.splat(output.low),
    high = f32x4.splat(output.high);
  for (let i = 0; i < tile.height; i++) {
    for (let j = 0; j < tile.width; j++) {
      const value = directResult(conv, block, size, tile, output.filter, output.depth, column, source, i, j);
      const at =
        to +
        <usize>(i * block.heightDilation) * conv.resultHeight +
        <usize>(j * block.widthDilation) * conv.resultPixel;
      storeFirst(at, withBias(value, bias, low, high), conv.groupOutChannels - column);
    }
  }
}

/**
 * Computes the output channels first ... first + count - 1 of a tile. `from` is its row of products, `source` the first
 * channel of the batch element, and `to` the first channel of the first result.
 */
@inline
function transformProducts(
  size: i32,
  conv: Conv,
  block: Block,
  tile: Tile,
  output: Output,
  first: i32,
  count: i32,
  from: usize,
  source: usize,
  to: usize,
): void {
  const line = <usize>block.heightDilation * conv.resultHeight;
  const pixel = <usize>block.widthDilation * conv.resultPixel;
  const low = f32x4.splat(output.low),
    high = f32x4.splat(output.high);
  const whole = size == 4 && tile.height == 4 && tile.width == 4;
  for (let n = 0; n < count; n += 4) {
    const at = <usize>n * F32;
    const c = to + <usize>first * F32 + at;
    const bias = v128.load(block.bias + <usize>first * F32 + at);
    firstPass(size, from + at, block.productPosition, block.passes);
    const left = count - n;
    const sum =
      whole && left >= 4
        ? wholeTile4(block.passes, c, line, pixel, bias, low, high)
        : anyTile(size, tile, block.passes, c, line, pixel, bias, low, high, left);
    if (!i32x4.all_true(f32x4.lt(sum, f32x4.splat(SQUARES_LIMIT)))) {
      rewrite(size, conv, block, tile, output, first + n, source, c);
    }
  }
}

export function transformProducts4(
  conv: Conv,
  block: Block,
  tile: Tile,
  output: Output,
  first: i32,
  count: i32,
  from: usize,
  source: usize,
  to: usize,
): void {
  transformProducts(4, conv, block, tile, output, first, count, from, source, to);
}

export function transformProducts2(
  conv: Conv,
  block: Block,
  tile: Tile,
  output: Output,
  first: i32,
  count: i32,
  from: usize,
  source: usize,
  to: usize,
): void {
  transformProducts(2, conv, block, tile, output, first, count, from, source, to);
}
