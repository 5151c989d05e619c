import {tapSource} from '../common/plan';
import {padded} from '../common/vector';
import {F32} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {positionBytes} from './filter';
import {ROW, streamWeights, TAPS} from './stream/stream';
import {Block, Tile} from './tiles';

/** Adds the products of the channels of one pixel and four output channels of one tap to `sum`. */
@inline
export function addPixel(sum: v128, pixel: usize, filter: usize, channels: i32, row: usize): v128 {
  for (let c = 0; c < channels; c++, pixel += F32, filter += row) {
    sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(pixel), v128.load(filter)));
  }
  return sum;
}

/**
 * Result (i, j) of a tile for four output channels from `column` on, by the definition (see bounds.ts). `source` is the
 * batch element's first channel of the group, `depth` the plane of results.
 */
export function directResult(
  conv: Conv,
  block: Block,
  size: i32,
  tile: Tile,
  filter: usize,
  depth: i32,
  column: i32,
  source: usize,
  i: i32,
  j: i32,
): v128 {
  const channels = conv.groupInChannels;
  const planes = conv.depth.taps;
  // The filter itself and its strides: it follows the transformed one, or is in panels.
  const n = size + 2;
  let row = <usize>padded(conv.groupOutChannels) * F32;
  let tap = <usize>channels * row;
  let nextPlane: usize = 0;
  let at = filter + <usize>(n * n) * positionBytes(planes * channels, conv.groupOutChannels) + <usize>column * F32;
  if (block.part != 0) {
    tap = ROW;
    row = TAPS * ROW;
    nextPlane = <usize>(channels - 1) * row;
    at = streamWeights(filter, planes * channels, column);
  }
  let sum = f32x4.splat(0);
  for (let plane = 0; plane < planes; plane++, at += nextPlane) {
    const d = tapSource(conv.depth, plane) + depth * conv.depth.sourceStep;
    for (let y = 0; y < 3; y++) {
      const h = tile.h + (i + y) * block.heightDilation + tapSource(conv.height, 0);
      for (let x = 0; x < 3; x++, at += tap) {
        const w = tile.w + (j + x) * block.widthDilation + tapSource(conv.width, 0);
        if (<u32>d >= <u32>conv.depth.sourceSize || <u32>h >= <u32>conv.height.sourceSize) continue;
        if (<u32>w >= <u32>conv.width.sourceSize) continue;
        const pixel = source + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight + <usize>w * conv.sourcePixel;
        sum = addPixel(sum, pixel, at, channels, row);
      }
    }
  }
  return sum;
}
