import {Conv} from './plan';

/*
 * Lists of the taps that results meet in bounds, for the kernels that read the source in place: entries of (address in
 * the source, address in the filter).
 */

/** Bytes of an entry. */
export const ENTRY: usize = 8;


@inline
export function tapCount(conv: Conv): i32 {
  return conv.depth.taps * conv.height.taps * conv.width.taps;
}


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
    const d = load<i32>(depth.source + ((<usize>i) << 2)) + td * depth.sourceStep;
    for (let j = 0; j < height.taps; j++) {
      const h = load<i32>(height.source + ((<usize>j) << 2)) + th * height.sourceStep;
      const outside = <u32>d >= <u32>depth.sourceSize || <u32>h >= <u32>height.sourceSize;
      const line = source + <usize>d * conv.sourceDepth + <usize>h * conv.sourceHeight;
      for (let n = 0; n < width.taps; n++, filter += tapBytes) {
        const w = load<i32>(width.source + ((<usize>n) << 2)) + tw * width.sourceStep;
        if (outside || <u32>w >= <u32>width.sourceSize) continue;
        list = addEntry(list, line + <usize>w * conv.sourcePixel, filter);
      }
    }
  }
  return list;
}

/** First result of a line that meets the source at a tap of the width. */
export function firstInside(conv: Conv, n: i32): i32 {
  const step = conv.width.sourceStep;
  const source = load<i32>(conv.width.source + ((<usize>n) << 2));
  return source >= 0 ? 0 : min((-source + step - 1) / step, conv.width.count);
}

/** End of the results of a line that meet the source at a tap of the width. */
export function endInside(conv: Conv, n: i32): i32 {
  const room = conv.width.sourceSize - 1 - load<i32>(conv.width.source + ((<usize>n) << 2));
  return room < 0 ? 0 : min(room / conv.width.sourceStep + 1, conv.width.count);
}
