import {paddedOutChannels, tapSource} from '../common/plan';
import {addSums, sumFloats, writeGradient} from '../gemm/backprop_filter';
import {multiply} from '../gemm/product';
import {F32, RUN_PIXELS} from '../shared/blocking';
import {Conv} from '../shared/plan';
import {
  Band,
  bandsOfGroups,
  before,
  gradientLineFloats,
  layOutBand,
  lineFloats,
  packGradients,
  packLines,
  sourceLines,
} from './band';

/*
 * The filter's gradient where a group has few channels: no matrix is gathered, which would cost as much as the product.
 * Lines of x and of dy are packed group by group, those of x with zeros on both sides. There the channels of neighbouring
 * taps are contiguous, so that the taps of a line are the rows of a product whose sum is over a line of results. Of the
 * plan, source is x, result is dy (which is read), and filter is the gradient.
 */

/** Adds the products of a packed line of x, from the first pixel that the first tap reads, and a line of dy. */
@inline
function addLine(conv: Conv, x: usize, dy: usize, sums: usize): void {
  const width = conv.width;
  const count = width.count;
  const cRow = <usize>paddedOutChannels(conv) * F32;
  const step = <usize>(width.sourceStep * conv.groupInChannels) * F32;
  const dense = width.dense != 0;
  const rows = dense ? width.taps * conv.groupInChannels : conv.groupInChannels;
  for (let n = 0; n < width.taps; n += dense ? width.taps : 1, sums += <usize>rows * cRow) {
    const a = x + <usize>((tapSource(width, n) - tapSource(width, 0)) * conv.groupInChannels) * F32;
    multiply(rows, paddedOutChannels(conv), count, a, F32, step, dy, count, 0, sums, cRow, sums, cRow, 0);
  }
}

/** Adds the products of the lines of a band to the sums of a group, at tap i of the depth. `first` is the first line of x. */
function addLines(conv: Conv, band: Band, group: i32, i: i32, first: i32, lines: i32): void {
  const height = conv.height;
  const lineBytes = <usize>lineFloats(conv) * F32;
  const tapBytes = <usize>(conv.width.taps * conv.groupInChannels * paddedOutChannels(conv)) * F32;
  const pixel = <usize>((before(conv) + tapSource(conv.width, 0)) * conv.groupInChannels) * F32;
  const sums = band.sums + <usize>(group * sumFloats(conv)) * F32 + <usize>(i * height.taps) * tapBytes;
  const x = band.x + <usize>(group * sourceLines(conv, lines)) * lineBytes + pixel;
  let dy = band.dy + <usize>(group * lines * gradientLineFloats(conv)) * F32;
  for (let line = 0; line < lines; line++, dy += <usize>gradientLineFloats(conv) * F32) {
    for (let j = 0; j < height.taps; j++) {
      const h = line * height.sourceStep + tapSource(height, j) - tapSource(height, 0);
      if (<u32>(first + h) >= <u32>height.sourceSize) continue;
      addLine(conv, x + <usize>h * lineBytes, dy, sums + <usize>j * tapBytes);
    }
  }
}

/** Adds the products of the lines first ... first + lines - 1 of a plane of results to the sums of `groups` groups. */
function addBand(
  conv: Conv,
  band: Band,
  group: i32,
  groups: i32,
  batch: i32,
  depth: i32,
  first: i32,
  lines: i32,
): void {
  const image = conv.source + <usize>batch * conv.sourceBatch + <usize>(group * conv.groupInChannels) * F32;
  const dy =
    conv.result +
    <usize>batch * conv.resultBatch +
    <usize>depth * conv.resultDepth +
    <usize>first * conv.resultHeight +
    <usize>(group * conv.groupOutChannels) * F32;
  const firstLine = first * conv.height.sourceStep + tapSource(conv.height, 0);
  packGradients(conv, band, groups, dy, lines);
  for (let i = 0; i < conv.depth.taps; i++) {
    const d = depth * conv.depth.sourceStep + tapSource(conv.depth, i);
    if (<u32>d >= <u32>conv.depth.sourceSize) continue;
    packLines(conv, band, groups, image + <usize>d * conv.sourceDepth, firstLine, sourceLines(conv, lines));
    for (let g = 0; g < groups; g++) addLines(conv, band, g, i, firstLine, lines);
  }
}

/** Adds the sums to the total, and sets them to 0. */
function endRun(band: Band, length: i32): void {
  addSums(band.total, band.sums, length, false);
  memory.fill(band.sums, 0, <usize>length * F32);
}

/**
 * Computes the gradient at the taps of the plan, and leaves other taps as they are: the bands of groups from ... end - 1.
 */
export function groupedBackpropFilter(conv: Conv, from: i32, end: i32): void {
  const band = changetype<Band>(conv.scratch);
  layOutBand(band, conv);
  const length = band.groups * sumFloats(conv);
  end = min(end, bandsOfGroups(conv));
  for (let block = from; block < end; block++) {
    const group = block * band.groups;
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
      writeGradient(conv, group + g, 0, conv.groupOutChannels, band.total + <usize>(g * sumFloats(conv)) * F32);
    }
  }
}
