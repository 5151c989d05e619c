import {addSums, RUN_PIXELS, sumFloats, writeGradient} from './backprop_filter';
import {paddedColumns} from './conv';
import {clear, copy} from './gather';
import {packRun} from './pack';
import {Axis, Conv} from './plan';
import {multiply} from './product';
import {F32} from './target';

/*
 * The filter's gradient where a group has few channels or results: no matrix is gathered, which would cost as much as the
 * product. Lines of x and of dy are packed group by group, those of x with zeros on both sides. There the channels of
 * neighbouring taps stand side by side, so that the taps of a line are the rows of a product whose sum is over a line of
 * results. Of the plan, source is x, result is dy (which is read), and filter is the gradient.
 */

/** Scratch memory: this structure, then the parts that it points to, each for one group after the other. */
@unmanaged
class Band {
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
function sourceOf(axis: Axis, tap: i32): i32 {
  return load<i32>(axis.source + (<usize>tap << 2));
}

/** Zeros before a line of x. */
@inline
function before(conv: Conv): i32 {
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
function sourceLines(conv: Conv, lines: i32): i32 {
  return (lines - 1) * conv.height.sourceStep + reach(conv) + 1;
}

@inline
function lineFloats(conv: Conv): i32 {
  return pitch(conv) * conv.channels;
}

@inline
function gradientLineFloats(conv: Conv): i32 {
  return conv.width.count * paddedColumns(conv);
}

/** Groups of a band. */
@inline
function bandGroups(conv: Conv): i32 {
  return min(conv.groups, max(CACHE_LINE / min(conv.channels, conv.columns), 1));
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

function layOut(band: Band, conv: Conv): void {
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
function packLines(conv: Conv, band: Band, groups: i32, plane: usize, first: i32, count: i32): void {
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
function packGradients(conv: Conv, band: Band, groups: i32, from: usize, lines: i32): void {
  const lineBytes = <usize>gradientLineFloats(conv) * F32;
  for (let line = 0; line < lines; line++, from += conv.resultHeight) {
    for (let group = 0; group < groups; group++) {
      packRun(
          band.dy + <usize>(group * lines + line) * lineBytes, from + <usize>(group * conv.columns) * F32,
          conv.width.count, conv.columns, conv.resultPixel);
    }
  }
}

/** Adds the products of a packed line of x, from what the first tap reads first, and one of dy. */
@inline
function addLine(conv: Conv, x: usize, dy: usize, sums: usize): void {
  const width = conv.width;
  const count = width.count;
  const cRow = <usize>paddedColumns(conv) * F32;
  const step = <usize>(width.sourceStep * conv.channels) * F32;
  const dense = width.dense != 0;
  const rows = dense ? width.taps * conv.channels : conv.channels;
  for (let n = 0; n < width.taps; n += dense ? width.taps : 1, sums += <usize>rows * cRow) {
    const a = x + <usize>((sourceOf(width, n) - sourceOf(width, 0)) * conv.channels) * F32;
    multiply(rows, paddedColumns(conv), count, a, F32, step, dy, count, 0, sums, cRow, sums, cRow);
  }
}

/** What the lines of a band add to the sums of a group, at tap i of the depth. `first` is the first line of x. */
function addLines(conv: Conv, band: Band, group: i32, i: i32, first: i32, lines: i32): void {
  const height = conv.height;
  const lineBytes = <usize>lineFloats(conv) * F32;
  const tapBytes = <usize>(conv.width.taps * conv.channels * paddedColumns(conv)) * F32;
  const pixel = <usize>((before(conv) + sourceOf(conv.width, 0)) * conv.channels) * F32;
  const sums = band.sums + <usize>(group * sumFloats(conv)) * F32 + <usize>(i * height.taps) * tapBytes;
  const x = band.x + <usize>(group * sourceLines(conv, lines)) * lineBytes + pixel;
  let dy = band.dy + <usize>(group * lines * gradientLineFloats(conv)) * F32;
  for (let line = 0; line < lines; line++, dy += <usize>gradientLineFloats(conv) * F32) {
    for (let j = 0; j < height.taps; j++) {
      const h = line * height.sourceStep + sourceOf(height, j) - sourceOf(height, 0);
      if (<u32>(first + h) >= <u32>height.sourceSize) continue;
      addLine(conv, x + <usize>h * lineBytes, dy, sums + <usize>j * tapBytes);
    }
  }
}

/** Adds what the lines first ... first + lines - 1 of a plane of results add to the sums of the groups from `group` on. */
function addBand(conv: Conv, band: Band, group: i32, groups: i32, batch: i32, depth: i32, first: i32, lines: i32): void {
  const image = conv.source + <usize>batch * conv.sourceBatch + <usize>(group * conv.channels) * F32;
  const dy = conv.result + <usize>batch * conv.resultBatch + <usize>depth * conv.resultDepth +
      <usize>first * conv.resultHeight + <usize>(group * conv.columns) * F32;
  const firstLine = first * conv.height.sourceStep + sourceOf(conv.height, 0);
  packGradients(conv, band, groups, dy, lines);
  for (let i = 0; i < conv.depth.taps; i++) {
    const d = depth * conv.depth.sourceStep + sourceOf(conv.depth, i);
    if (<u32>d >= <u32>conv.depth.sourceSize) continue;
    packLines(conv, band, groups, image + <usize>d * conv.sourceDepth, firstLine, sourceLines(conv, lines));
    for (let g = 0; g < groups; g++) addLines(conv, band, g, i, firstLine, lines);
  }
}

/** Adds the sums to the total, and starts them again. */
function endRun(band: Band, length: i32): void {
  addSums(band.total, band.sums, length, false);
  memory.fill(band.sums, 0, <usize>length * F32);
}

/** Computes the gradient at the taps of the plan, which are the filter's taps[i] (i32); the others are left alone. */
export function groupedBackpropFilter(conv: Conv, taps: usize): void {
  const band = changetype<Band>(conv.scratch);
  layOut(band, conv);
  const length = band.groups * sumFloats(conv);
  for (let group = 0; group < conv.groups; group += band.groups) {
    const groups = min(band.groups, conv.groups - group);
    memory.fill(band.sums, 0, 2 * <usize>length * F32);
    let pixels = 0;
    for (let batch = 0; batch < conv.batch; batch++) {
      for (let depth = 0; depth < conv.depth.count; depth++) {
        for (let first = 0; first < conv.height.count; first += band.lines) {
          const lines = min(band.lines, conv.height.count - first);
          addBand(conv, band, group, groups, batch, depth, first, lines);
          pixels += lines * conv.width.count;
          if (pixels < RUN_PIXELS) continue;
          endRun(band, length);
          pixels = 0;
        }
      }
    }
    endRun(band, length);
    for (let g = 0; g < groups; g++) {
      writeGradient(conv, group + g, taps, band.total + <usize>(g * sumFloats(conv)) * F32);
    }
  }
}
