import {activateRows} from './activation';
import {BLOCK, computeFewChannels, computeResults, TAP} from './depthwise_tile';
import {Conv} from './plan';
import {addEntry, endInside, ENTRY, firstInside, listResult, tapCount} from './tap_lists';
import {F32} from './target';

/*
 * Depthwise convolution, one filter per channel, channels last: too little reuse for a matrix product, so vectors of
 * channels add up their taps directly (depthwise_tile.ts). Of the plan, whose taps ascend along the width, channels and
 * columns are all channels, and groups is 1; the filter is that of packDepthwise().
 */

/** Where the parts of the scratch memory are. */
@unmanaged
class Parts {
  /** The bias, or zeros. */
  init: usize;
  /** The list of taps at hand. */
  list: usize;
  /** Bytes of the packed filter for 8 channels. */
  block: usize;
}

/** Bytes of Parts, at the beginning of the scratch memory. */
const PARTS_BYTES: usize = 16;

@inline
function initBytes(conv: Conv): usize {
  return <usize>((conv.channels + 3) & ~3) * F32;
}

export function depthwiseScratchBytes(conv: Conv): usize {
  return PARTS_BYTES + initBytes(conv) + ENTRY * <usize>tapCount(conv);
}

/** Lists the taps of the line of results (td, th) for its result 0, and returns the end of the list. */
function listLine(conv: Conv, parts: Parts, source: usize, td: i32, th: i32): usize {
  const depth = conv.depth, height = conv.height, width = conv.width;
  let end = parts.list;
  let filter = conv.filter;
  for (let i = 0; i < depth.taps; i++) {
    const d = load<i32>(depth.source + (<usize>i << 2)) + td * depth.sourceStep;
    for (let j = 0; j < height.taps; j++, filter += <usize>width.taps * TAP) {
      const h = load<i32>(height.source + (<usize>j << 2)) + th * height.sourceStep;
      if (<u32>d >= <u32>depth.sourceSize || <u32>h >= <u32>height.sourceSize) continue;
      const line = source + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight;
      for (let n = 0; n < width.taps; n++) {
        const w = load<i32>(width.source + (<usize>n << 2));
        end = addEntry(end, line + <usize>w * conv.sourcePixel, filter + <usize>n * TAP);
      }
    }
  }
  return end;
}

/** One result at the border. */
function borderResult(
    conv: Conv, parts: Parts, source: usize, td: i32, th: i32, tw: i32, to: usize): void {
  const end = listResult(conv, source, td, th, tw, parts.list, conv.filter, TAP);
  const at = to + <usize>tw * conv.resultPixel;
  if (conv.channels < BLOCK) {
    computeFewChannels(parts.list, end, conv.channels, parts.init, at);
  } else {
    computeResults(1, parts.list, end, conv.channels, 0, 0, parts.block, parts.init, at, 0);
  }
}

/** One line of results, read in place. */
function lineInPlace(conv: Conv, parts: Parts, source: usize, td: i32, th: i32, to: usize): void {
  const channels = conv.channels;
  const count = conv.width.count;
  const taps = conv.width.taps;
  const first = channels < BLOCK || taps == 0 ? count : firstInside(conv, 0);
  const end = first == count ? count : max(endInside(conv, taps - 1), first);
  for (let w = 0; w < first; w++) borderResult(conv, parts, source, td, th, w, to);
  if (first < end) {
    const step = <usize>conv.width.sourceStep * conv.sourcePixel;
    const listEnd = listLine(conv, parts, source, td, th);
    computeResults(
        end - first, parts.list, listEnd, channels, <usize>first * step, step, parts.block, parts.init,
        to + <usize>first * conv.resultPixel, conv.resultPixel);
  }
  for (let w = end; w < count; w++) borderResult(conv, parts, source, td, th, w, to);
  activateRows(to, conv.resultPixel, count, channels, conv.activation, conv.slopes, conv.slopeStep);
}

/** Number of lines of results, of all batch elements. */
export function depthwiseLines(conv: Conv): i32 {
  return conv.batch * conv.depth.count * conv.height.count;
}

/** Computes the lines from ... end - 1; any split of them may run at once, each with its own scratch memory. */
export function depthwise(conv: Conv, from: i32, end: i32): void {
  const parts = changetype<Parts>(conv.scratch);
  parts.init = conv.scratch + PARTS_BYTES;
  parts.list = parts.init + initBytes(conv);
  parts.block = <usize>tapCount(conv) * TAP;
  if (conv.bias != 0) memory.copy(parts.init, conv.bias, <usize>conv.channels * F32);
  else memory.fill(parts.init, 0, <usize>conv.channels * F32);
  const heights = conv.height.count;
  const perBatch = conv.depth.count * heights;
  for (let i = from; i < end; i++) {
    const batch = <usize>(i / perBatch);
    const td = i % perBatch / heights;
    const th = i % heights;
    lineInPlace(
        conv, parts, conv.source + batch * conv.sourceBatch, td, th,
        conv.result + batch * conv.resultBatch + <usize>td * conv.resultDepth + <usize>th * conv.resultHeight);
  }
}
