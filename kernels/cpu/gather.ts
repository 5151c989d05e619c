import {endInBounds, firstInBounds} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import type {Image} from './image.js';

/** A row of results along the width: those at (depth, height), from `first` on, `count` of them. */
export interface Segment {
  readonly depth: number;
  readonly height: number;
  readonly first: number;
  readonly count: number;
}

/** Cuts the results of a plan, in row-major order, into blocks of at most `size`, each a list of segments. */
export function blocksOf([depth, height, width]: TapPlan, size: number): Segment[][] {
  const blocks: Segment[][] = [];
  let room = 0;
  for (let d = 0; d < depth.count; d++) {
    for (let h = 0; h < height.count; h++) {
      for (let first = 0; first < width.count;) {
        if (room === 0) {
          blocks.push([]);
          room = size;
        }
        const count = Math.min(room, width.count - first);
        blocks[blocks.length - 1].push({depth: d, height: h, first, count});
        first += count;
        room -= count;
      }
    }
  }
  return blocks;
}

function zero(to: Float64Array, start: number, row: number, rows: number, columns: number): void {
  for (let r = 0; r < rows; r++) to.fill(0, start + r * row, start + r * row + columns);
}

/**
 * The rows of the im2col matrix of one segment: row r, column tap * channels + c holds what result r reads at that tap,
 * 0 in the padding. `base` is where the batch element and the group start in the source.
 */
function gatherSegment(
  plan: TapPlan,
  segment: Segment,
  source: Image,
  base: number,
  channels: number,
  to: Float64Array,
  start: number,
  row: number,
): void {
  const [depth, height, width] = plan;
  const lineColumns = width.source.length * channels;
  let column = start;
  for (const sourceDepth of depth.source) {
    const d = sourceDepth + segment.depth * depth.sourceStep;
    for (const sourceHeight of height.source) {
      const h = sourceHeight + segment.height * height.sourceStep;
      if (d < 0 || d >= depth.sourceSize || h < 0 || h >= height.sourceSize) {
        zero(to, column, row, segment.count, lineColumns);
      } else {
        const line = base + d * source.spatial[0] + h * source.spatial[1];
        gatherLine(plan, segment, source, line, channels, to, column, row);
      }
      column += lineColumns;
    }
  }
}

/** The part of gatherSegment that reads one line of the source. */
function gatherLine(
  plan: TapPlan,
  {first, count}: Segment,
  source: Image,
  line: number,
  channels: number,
  to: Float64Array,
  start: number,
  row: number,
): void {
  const width = plan[2];
  const {
    values,
    channel,
    spatial: [, , pixel],
  } = source;
  let column = start;
  for (const sourceWidth of width.source) {
    const begin = Math.min(count, Math.max(0, firstInBounds(sourceWidth, width.sourceStep) - first));
    const end = Math.max(begin, Math.min(count, endInBounds(sourceWidth, width) - first));
    zero(to, column, row, begin, channels);
    zero(to, column + end * row, row, count - end, channels);
    for (let r = begin; r < end; r++) {
      const from = line + (sourceWidth + (first + r) * width.sourceStep) * pixel;
      const at = column + r * row;
      for (let c = 0; c < channels; c++) to[at + c] = values[from + c * channel];
    }
    column += channels;
  }
}

/** The im2col matrix of a block, its rows `row` elements apart. */
export function gatherBlock(
  plan: TapPlan,
  block: readonly Segment[],
  source: Image,
  base: number,
  channels: number,
  to: Float64Array,
  row: number,
): void {
  let start = 0;
  for (const segment of block) {
    gatherSegment(plan, segment, source, base, channels, to, start, row);
    start += segment.count * row;
  }
}

/** Where each result of a block is stored in an image, without batch and channel. */
export function forEachPixel(
  [depth, height, width]: TapPlan,
  block: readonly Segment[],
  {spatial}: Image,
  visit: (index: number, offset: number) => void,
): void {
  let index = 0;
  for (const segment of block) {
    const line =
      (depth.start + segment.depth * depth.step) * spatial[0] +
      (height.start + segment.height * height.step) * spatial[1];
    for (let r = 0; r < segment.count; r++) {
      visit(index++, line + (width.start + (segment.first + r) * width.step) * spatial[2]);
    }
  }
}
