import {Conv} from '../shared/plan';
import {tapSource} from './plan';

/*
 * Lists of the taps of a result that are in bounds, for kernels that read the source in place. An entry is an address in
 * the source and one in the filter.
 */

/** Bytes of an entry. */
export const ENTRY: usize = 8;

/** Adds an entry to a list that ends at `end`; returns its new end. */
@inline
export function addEntry(end: usize, source: usize, filter: usize): usize {
  store<usize>(end, source);
  store<usize>(end, filter, 4);
  return end + ENTRY;
}

/** Lists the taps of one result, whose address in the filter is filter + tap * tapBytes; returns the end of the list. */
export function listResult(
  conv: Conv,
  source: usize,
  td: i32,
  th: i32,
  tw: i32,
  list: usize,
  filter: usize,
  tapBytes: usize,
): usize {
  const depth = conv.depth;
  const height = conv.height;
  const width = conv.width;
  for (let i = 0; i < depth.taps; i++) {
    const d = tapSource(depth, i) + td * depth.sourceStep;
    for (let j = 0; j < height.taps; j++) {
      const h = tapSource(height, j) + th * height.sourceStep;
      const outside = <u32>d >= <u32>depth.sourceSize || <u32>h >= <u32>height.sourceSize;
      const line = source + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight;
      for (let n = 0; n < width.taps; n++, filter += tapBytes) {
        const w = tapSource(width, n) + tw * width.sourceStep;
        if (outside || <u32>w >= <u32>width.sourceSize) continue;
        list = addEntry(list, line + <usize>w * conv.sourcePixel, filter);
      }
    }
  }
  return list;
}

/** The first result of a line that is in bounds at tap n of the width. */
export function firstInside(conv: Conv, n: i32): i32 {
  const step = conv.width.sourceStep;
  const source = tapSource(conv.width, n);
  return source >= 0 ? 0 : min(step == 1 ? -source : (-source + step - 1) / step, conv.width.count);
}

/** The end of the results of a line that are in bounds at tap n of the width. */
export function endInside(conv: Conv, n: i32): i32 {
  const room = conv.width.sourceSize - 1 - tapSource(conv.width, n);
  const step = conv.width.sourceStep;
  return room < 0 ? 0 : min((step == 1 ? room : room / step) + 1, conv.width.count);
}
