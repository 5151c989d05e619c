import {sumFloats} from '../gemm/backprop_filter';
import {paddedColumns} from '../gemm/conv';
import {clear, copy} from '../gemm/gather';
import {packRun} from '../common/pack';
import {Axis, Conv} from '../common/plan';
import {F32} from '../common/target';

/*
 * A band of lines, packed for the filter's gradient of small groups (backprop_filter.ts): lines of dy as panels,
 * and those of x that they meet, with zeros on both sides.
 */

/** Scratch memory: this structure, then the parts that it points to, each for one group after the other. */
@unmanaged
export class Band {
  /** Groups that are packed at a time, since they share cache lines. */
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

const BAND_BYTES: usize = 32;
/** Floats of x and dy that are packed at a time. */
const BAND_FLOATS: i32 = 48 * 1024;
/** Floats of a cache line. */
const CACHE_LINE: i32 = 16;


@inline
export function sourceOf(axis: Axis, tap: i32): i32 {
  return load<i32>(axis.source + ((<usize>tap) << 2));
}

/** Zeros before a line of x. */
@inline
export function before(conv: Conv): i32 {
  return max(-sourceOf(conv.width, 0), 0);
}

/** Pixels of a packed line of x. */
@inline
function pitch(conv: Conv): i32 {
  const width = conv.width;
  const last = (width.count - 1) * width.sourceStep + sourceOf(width, width.taps - 1) + 1;
  return before(conv) + max(width.sourceSize, last);
}

/** Lines of x between those that the first and the last tap read. */
@inline
function reach(conv: Conv): i32 {
  return sourceOf(conv.height, conv.height.taps - 1) - sourceOf(conv.height, 0);
}

/** Lines of x that a band of lines of results reads in a plane. */
@inline
export function sourceLines(conv: Conv, lines: i32): i32 {
  return (lines - 1) * conv.height.sourceStep + reach(conv) + 1;
}


@inline
export function lineFloats(conv: Conv): i32 {
  return pitch(conv) * conv.channels;
}


@inline
export function gradientLineFloats(conv: Conv): i32 {
  return conv.width.count * paddedColumns(conv);
}

/** Groups of a band. */
@inline
function bandGroups(conv: Conv): i32 {
  return min(conv.groups, max(CACHE_LINE / min(conv.channels, conv.columns), 1));
}

/** How many bands hold all groups. */
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
  const channels = conv.channels;
  const left = before(conv) * channels;
  const size = conv.width.sourceSize;
  clear(to, left);
  to += <usize>left * F32;
  for (let w = 0; w < size; w++, from += conv.sourcePixel, to += <usize>channels * F32) copy(to, from, channels);
  clear(to, lineFloats(conv) - left - size * channels);
}

/** Packs the lines first ... first + count - 1 of a plane of x, if they are there, for `groups` groups. */
export function packLines(conv: Conv, band: Band, groups: i32, plane: usize, first: i32, count: i32): void {
  const lineBytes = <usize>lineFloats(conv) * F32;
  for (let i = 0; i < count; i++) {
    if (<u32>(first + i) >= <u32>conv.height.sourceSize) continue;
    const line = plane + <usize>(first + i) * conv.sourceHeight;
    for (let group = 0; group < groups; group++) {
      packLine(conv, line + <usize>(group * conv.channels) * F32, band.x + <usize>(group * count + i) * lineBytes);
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
        from + <usize>(group * conv.columns) * F32,
        conv.width.count,
        conv.columns,
        conv.resultPixel,
      );
    }
  }
}
