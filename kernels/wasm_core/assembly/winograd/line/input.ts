import {tapSource} from '../../common/plan';
import {copyPadded, padded} from '../../common/vector';
import {F32} from '../../shared/blocking';
import {Axis, Conv} from '../../shared/plan';
import {inputPass6} from '../transform';
import {LineBlock, LineTile} from './tiles';

/** B'd of all channels of the six inputs from `d0` on; positions are `position` bytes apart. */
function transform(
  to: usize,
  position: usize,
  channels: i32,
  d0: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  d4: usize,
  d5: usize,
): void {
  const end = <usize>channels * F32;
  for (let c: usize = 0; c < end; c += 16) {
    const v0 = v128.load(d0 + c),
      v1 = v128.load(d1 + c),
      v2 = v128.load(d2 + c);
    const v3 = v128.load(d3 + c),
      v4 = v128.load(d4 + c),
      v5 = v128.load(d5 + c);
    inputPass6(to + c, position, v0, v1, v2, v3, v4, v5);
  }
}

/** What a result of an axis reads at a tap. */
@inline
export function sourceAt(axis: Axis, result: i32, tap: i32): i32 {
  return tapSource(axis, tap) + result * axis.sourceStep;
}


@inline
export function isInside(axis: Axis, at: i32): bool {
  return <u32>at < <u32>axis.sourceSize;
}

/** Element `e` of a tile, whose first is element `first` of the axis and has the address `from`. */
@inline
function elementAt(block: LineBlock, line: Axis, first: i32, from: usize, e: i32): usize {
  return isInside(line, first + e * block.dilation) ? from + <usize>e * block.sourceStep : block.absent;
}

/** Transforms the inputs of a tile for one term, of the channels from `source` on. */
export function transformTerm(conv: Conv, block: LineBlock, tile: LineTile, source: usize, term: i32, to: usize): void {
  const axis = block.axis;
  const widthTaps = axis == 2 ? 1 : conv.width.taps;
  const heightTaps = axis == 1 ? 1 : conv.height.taps;
  const w = sourceAt(conv.width, tile.w, term % widthTaps);
  term /= widthTaps;
  const h = sourceAt(conv.height, tile.h, term % heightTaps);
  const d = sourceAt(conv.depth, tile.d, term / heightTaps);
  const inside =
    (axis == 0 || isInside(conv.depth, d)) &&
    (axis == 1 || isInside(conv.height, h)) &&
    (axis == 2 || isInside(conv.width, w));
  let d0 = block.absent,
    d1 = d0,
    d2 = d0,
    d3 = d0,
    d4 = d0,
    d5 = d0;
  if (inside) {
    const from = source + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight + <usize>w * conv.sourcePixel;
    const line = axis == 0 ? conv.depth : axis == 1 ? conv.height : conv.width;
    const first = axis == 0 ? d : axis == 1 ? h : w;
    d0 = elementAt(block, line, first, from, 0);
    d1 = elementAt(block, line, first, from, 1);
    d2 = elementAt(block, line, first, from, 2);
    d3 = elementAt(block, line, first, from, 3);
    d4 = elementAt(block, line, first, from, 4);
    d5 = elementAt(block, line, first, from, 5);
  }
  const channels = conv.groupInChannels;
  if ((channels & 3) != 0) {
    d0 = copyElement(block, channels, d0, 0);
    d1 = copyElement(block, channels, d1, 1);
    d2 = copyElement(block, channels, d2, 2);
    d3 = copyElement(block, channels, d3, 3);
    d4 = copyElement(block, channels, d4, 4);
    d5 = copyElement(block, channels, d5, 5);
  }
  transform(to, block.inputPosition, channels, d0, d1, d2, d3, d4, d5);
}

/** Copies the channels of an element, with zeros up to a full vector, and returns where they are. */
function copyElement(block: LineBlock, channels: i32, from: usize, e: i32): usize {
  const to = block.patch + <usize>(e * padded(channels)) * F32;
  copyPadded(to, from, F32, channels, padded(channels));
  return to;
}
