import {limited} from '../../common/activation';
import {mad} from '../../common/target';
import {storeFirst} from '../../common/vector';
import {F32} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {SQUARES_LIMIT} from '../bounds';
import {result0, result1, result2, result3, result4} from '../transform';
import {directResult} from './direct';
import {LineBlock, LineTile} from './tiles';

/** Computes four output channels of a tile again, by the definition. */
function rewrite(conv: Conv, block: LineBlock, tile: LineTile, column: i32, source: usize, to: usize): void {
  const bias = v128.load(block.bias + <usize>column * F32);
  const low = f32x4.splat(block.low),
    high = f32x4.splat(block.high);
  for (let i = 0; i < tile.present; i++, to += block.resultStep) {
    const value = f32x4.add(directResult(conv, block, tile, column, source, i), bias);
    storeFirst(to, limited(value, low, high), conv.groupOutChannels - column);
  }
}

/**
 * Computes the output channels first ... first + count - 1 of a tile of `results` results. `from` is its row of products,
 * `source` the first channel of the batch element, and `to` the first channel of the first result.
 */
@inline
function transformProducts(
  results: i32,
  conv: Conv,
  block: LineBlock,
  tile: LineTile,
  first: i32,
  count: i32,
  from: usize,
  source: usize,
  to: usize,
): void {
  const position = block.productPosition;
  const step = block.resultStep;
  const present = tile.present;
  const low = f32x4.splat(block.low),
    high = f32x4.splat(block.high);
  const none = f32x4.splat(0);
  to += <usize>first * F32;
  let biasAt = block.bias + <usize>first * F32;
  for (let n = 0; n < count; n += 4, from += 16, to += 16, biasAt += 16) {
    let p = from;
    const m0 = v128.load(p),
      m1 = v128.load((p += position)),
      m2 = v128.load((p += position));
    const m3 = v128.load((p += position)),
      m4 = v128.load((p += position)),
      m5 = v128.load(p + position);
    const even1 = f32x4.add(m1, m2),
      odd1 = f32x4.sub(m1, m2);
    const even2 = f32x4.add(m3, m4),
      odd2 = f32x4.sub(m3, m4);
    const bias = v128.load(biasAt);
    const left = count - n;
    const y0 = result0(m0, even1, even2);
    let y1 = result1(odd1, odd2);
    if (results == 2) y1 = f32x4.add(y1, m5);
    storeFirst(to, limited(f32x4.add(y0, bias), low, high), left);
    if (present > 1) storeFirst(to + step, limited(f32x4.add(y1, bias), low, high), left);
    let sum = mad(y0, y0, f32x4.mul(y1, y1));
    if (results > 2) {
      let y2 = result2(even1, even2);
      if (results == 3) y2 = f32x4.add(y2, m5);
      if (present > 2) storeFirst(to + 2 * step, limited(f32x4.add(y2, bias), low, high), left);
      sum = mad(y2, y2, sum);
    }
    if (results > 3) {
      const y3 = result3(odd1, odd2, results == 4 ? m5 : none);
      if (present > 3) storeFirst(to + 3 * step, limited(f32x4.add(y3, bias), low, high), left);
      sum = mad(y3, y3, sum);
    }
    if (results > 4) {
      const y4 = result4(even1, even2, m5);
      if (present > 4) storeFirst(to + 4 * step, limited(f32x4.add(y4, bias), low, high), left);
      sum = mad(y4, y4, sum);
    }
    if (!i32x4.all_true(f32x4.lt(sum, f32x4.splat(SQUARES_LIMIT)))) {
      rewrite(conv, block, tile, first + n, source, to);
    }
  }
}

/** transformProducts() by the results of a whole tile. */
export function transformLine(
  conv: Conv,
  block: LineBlock,
  tile: LineTile,
  first: i32,
  count: i32,
  from: usize,
  source: usize,
  to: usize,
): void {
  if (block.results == 2) transformProducts(2, conv, block, tile, first, count, from, source, to);
  else if (block.results == 3) transformProducts(3, conv, block, tile, first, count, from, source, to);
  else if (block.results == 4) transformProducts(4, conv, block, tile, first, count, from, source, to);
  else transformProducts(5, conv, block, tile, first, count, from, source, to);
}
