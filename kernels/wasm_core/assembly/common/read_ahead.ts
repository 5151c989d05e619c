import {Conv} from './plan';

/*
 * Reading memory before it is used: WebAssembly has no instruction that only asks for it.
 */

/** Bytes of a cache line. */
const CACHE_LINE: usize = 64;

/** Reads from every cache line, which brings them into the cache. */
@inline
export function readAhead(from: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += CACHE_LINE) load<i32>(from);
}

/** Streams that are read at once: memory gives one of them about half as much as several. */
export const STREAMS: usize = 8;

/** readAhead() of the beginnings of as many streams, which are `stream` bytes apart. */
@inline
export function readStreams(from: usize, stream: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += CACHE_LINE) {
    for (let s: usize = 0; s < STREAMS; s++) load<i32>(from + s * stream);
  }
}

/** Bytes of an image that may still be in the L2 cache. */
const NEAR_BYTES: usize = 2 << 20;

/**
 * Whether lines of the source are read before they are used. Tiles of a strided convolution jump so far that hardware
 * does not fetch ahead of them, which is what a large image needs.
 */
@inline
export function readsAhead(conv: Conv): bool {
  return conv.width.sourceStep > 1 && conv.sourceBatch > NEAR_BYTES && conv.height.taps > 0 && conv.depth.taps == 1;
}

/** Reads the lines of the source that line th of the results is the first to meet, in order. */
export function readLines(conv: Conv, source: usize, td: i32, th: i32): void {
  const height = conv.height;
  const last = load<i32>(height.source + ((<usize>(height.taps - 1)) << 2)) + th * height.sourceStep;
  const first = max(last - height.sourceStep + 1, 0);
  const lines = min(last + 1, height.sourceSize) - first;
  if (lines <= 0) return;
  const d = load<i32>(conv.depth.source) + td * conv.depth.sourceStep;
  if (<u32>d >= <u32>conv.depth.sourceSize) return;
  const from = source + <usize>d * conv.sourceDepth + <usize>first * conv.sourceHeight;
  const bytes = <usize>lines * conv.sourceHeight;
  const stream = (bytes / STREAMS) & ~(CACHE_LINE - 1);
  readStreams(from, stream, stream);
  readAhead(from + STREAMS * stream, bytes - STREAMS * stream);
}
