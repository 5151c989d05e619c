import {padded} from '../../common/vector';
import {F32} from '../../shared/blocking';
import {Conv} from '../../shared/plan';
import {addPixel} from '../direct';
import {isInside, sourceAt} from './input';
import {LineBlock, LineTile} from './tiles';

/**
 * Result `i` of a tile for four output channels from `column` on, by the definition (see ../bounds.ts). `source` is the
 * batch element's first channel of the group.
 */
export function directResult(conv: Conv, block: LineBlock, tile: LineTile, column: i32, source: usize, i: i32): v128 {
  const channels = conv.groupInChannels;
  const row = <usize>padded(conv.groupOutChannels) * F32;
  const tap = <usize>channels * row;
  const offset = i * block.dilation;
  const rd = tile.d + (block.axis == 0 ? offset : 0);
  const rh = tile.h + (block.axis == 1 ? offset : 0);
  const rw = tile.w + (block.axis == 2 ? offset : 0);
  let at = block.directFilter + <usize>column * F32;
  let sum = f32x4.splat(0);
  for (let z = 0; z < conv.depth.taps; z++) {
    const d = sourceAt(conv.depth, rd, z);
    for (let y = 0; y < conv.height.taps; y++) {
      const h = sourceAt(conv.height, rh, y);
      for (let x = 0; x < conv.width.taps; x++, at += tap) {
        const w = sourceAt(conv.width, rw, x);
        if (!isInside(conv.depth, d) || !isInside(conv.height, h) || !isInside(conv.width, w)) continue;
        const pixel = source + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight + <usize>w * conv.sourcePixel;
        sum = addPixel(sum, pixel, at, channels, row);
      }
    }
  }
  return sum;
}
