import {paddedOutChannels, tapSource} from '../common/plan';
import {clear, copy} from '../common/vector';
import {sumFloats} from '../gemm/backprop_filter';
import {packRun} from '../gemm/pack';
import {BAND_FLOATS, CACHE_LINE, F32} from '../shared/blocking';
import {Conv} from '../shared/plan';

/*
 * A band of lines, packed for the filter's gradient of small groups (backprop_filter.ts): lines of dy as panels, and the
 * lines of x that they use, with zeros on both sides.
 */

/** The beginning of the scratch memory, which the parts that it points to follow, each for one group after the other. */
@unmanaged
export class Band {
  /** Groups that are packed together, as they share cache lines. */
  groups: i32;
  /** Lines of results. */
  lines: i32;
  /** The gradient: the sums of a run of bands, and those of all. */
  sums: usize;
  total: usize;
  /** The packed lines: of dy, and of one plane of x. */
  dy: usize;
  x: usize;
}

/** Full vectors. */
const BAND_BYTES: usize = (offsetof<Band>() + 15) & ~15;

/** Zeros before a line of x. */
@inline
export function before(conv: Conv): i32 {
  return max(-tapSource(conv.width, 0), 0);
}

/** Pixels of a packed line of x. */
@inline
function pitch(conv: Conv): i32 {
  const width = conv.width;
  const last = (width.count - 1) * width.sourceStep + tapSource(width, width.taps - 1) + 1;
  return before(conv) + max(width.sourceSize, last);
}

/** Lines of x between those that the first and the last tap read. */
@inline
function reach(conv: Conv): i32 {
  return tapSource(conv.height, conv.height.taps - 1) - tapSource(conv.height, 0);
}

/** Lines of x that `lines` lines of results read in a plane. */
@inline
export function sourceLines(conv: Conv, lines: i32): i32 {
  return (lines - 1) * conv.height.sourceStep + reach(conv) + 1;
}


@inline
export function lineFloats(conv: Conv): i32 {
  return pitch(conv) * conv.groupInChannels;
}


@inline
export function gradientLineFloats(conv: Conv): i32 {
  return conv.width.count * paddedOutChannels(conv);
}

/** Groups of a band: as many as share a cache line. */
@inline
function bandGroups(conv: Conv): i32 {
  return min(conv.groups, max(<i32>(CACHE_LINE / F32) / min(conv.groupInChannels, conv.groupOutChannels), 1));
}

/** Bands of all groups. */
export function bandsOfGroups(conv: Conv): i32 {
  return (conv.groups + bandGroups(conv) - 1) / bandGroups(conv);
}

/** Lines of results of a band. */
function bandLines(conv: Conv): i32 {
  const perLine = lineFloats(conv) * conv.height.sourceStep + gradientLineFloats(conv);
  const room = BAND_FLOATS / bandGroups(conv) - lineFloats(conv) * reach(conv);
  return max(1, min(conv.height.count, room / perLine));
}

export function groupedBackpropFilterScratchBytes(conv: Conv): usize {
  const lines = bandLines(conv);
  const packed = sourceLines(conv, lines) * lineFloats(conv) + lines * gradientLineFloats(conv);
  return BAND_BYTES + <usize>(bandGroups(conv) * (2 * sumFloats(conv) + packed)) * F32;
}

/** Divides the scratch memory, which begins with the structure. */
export function layOutBand(band: Band, conv: Conv): void {
  band.groups = bandGroups(conv);
  band.lines = bandLines(conv);
  const sumBytes = <usize>(band.groups * sumFloats(conv)) * F32;
  band.sums = changetype<usize>(band) + BAND_BYTES;
  band.total = band.sums + sumBytes;
  band.dy = band.total + sumBytes;
  band.x = band.dy + <usize>(band.groups * band.lines * gradientLineFloats(conv)) * F32;
}

/** Packs a line of x. */
@inline
function packLine(conv: Conv, from: usize, to: usize): void {
  const channels = conv.groupInChannels;
  const left = before(conv) * channels;
  const size = conv.width.sourceSize;
  clear(to, left);
  to += <usize>left * F32;
  for (let w = 0; w < size; w++, from += conv.sourcePixel, to += <usize>channels * F32) copy(to, from, channels);
  clear(to, lineFloats(conv) - left - size * channels);
}

/** Packs the lines first ... first + count - 1 of a plane of x that are in bounds, for `groups` groups. */
export function packLines(conv: Conv, band: Band, groups: i32, plane: usize, first: i32, count: i32): void {
  const lineBytes = <usize>lineFloats(conv) * F32;
  for (let i = 0; i < count; i++) {
    if (<u32>(first + i) >= <u32>conv.height.sourceSize) continue;
    const line = plane + <usize>(first + i) * conv.sourceHeight;
    for (let group = 0; group < groups; group++) {
      packLine(
        conv,
        line + <usize>(group * conv.groupInChannels) * F32,
        band.x + <usize>(group * count + i) * lineBytes,
      );
    }
  }
}

/** Packs `lines` lines of dy. */
export function packGradients(conv: Conv, band: Band, groups: i32, from: usize, lines: i32): void {
  const lineBytes = <usize>gradientLineFloats(conv) * F32;
  for (let line = 0; line < lines; line++, from += conv.resultHeight) {
    for (let group = 0; group < groups; group++) {
      packRun(
        band.dy + <usize>(group * lines + line) * lineBytes,
        from + <usize>(group * conv.groupOutChannels) * F32,
        conv.width.count,
        conv.groupOutChannels,
        conv.resultPixel,
      );
    }
  }
}
