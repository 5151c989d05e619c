import {CACHE_LINE, NEAR_BYTES, STREAMS} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {tapSource} from './plan';

/*
 * Prefetching by loads, as WebAssembly has no instruction for it.
 */

/** Reads from every cache line, which brings it into the caches. */
@inline
export function readAhead(from: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += CACHE_LINE) load<i32>(from);
}

/** readAhead() of the first `bytes` of STREAMS streams, which are `stream` bytes apart. */
@inline
export function readStreams(from: usize, stream: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += CACHE_LINE) {
    for (let s: usize = 0; s < STREAMS; s++) load<i32>(from + s * stream);
  }
}

/**
 * Whether lines of the source are read before they are used: those of a large image in a strided convolution, whose tiles
 * are so far apart that hardware does not prefetch them.
 */
@inline
export function readsAhead(conv: Conv): bool {
  return conv.width.sourceStep > 1 && conv.sourceBatch > NEAR_BYTES && conv.height.taps > 0 && conv.depth.taps == 1;
}

/** Reads, in order, the lines of the source that line th of the results is the first to use. */
export function readLines(conv: Conv, source: usize, td: i32, th: i32): void {
  const height = conv.height;
  const last = tapSource(height, height.taps - 1) + th * height.sourceStep;
  const first = max(last - height.sourceStep + 1, 0);
  const lines = min(last + 1, height.sourceSize) - first;
  if (lines <= 0) return;
  const d = tapSource(conv.depth, 0) + td * conv.depth.sourceStep;
  if (<u32>d >= <u32>conv.depth.sourceSize) return;
  const from = source + <usize>d * conv.sourceDepth + <usize>first * conv.sourceHeight;
  const bytes = <usize>lines * conv.sourceHeight;
  const stream = (bytes / STREAMS) & ~(CACHE_LINE - 1);
  readStreams(from, stream, stream);
  readAhead(from + STREAMS * stream, bytes - STREAMS * stream);
}
