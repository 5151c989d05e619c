import type {ConvGeometry} from '../../src/geometry/conv.js';
import {roundUp} from '../../src/geometry/round_up.js';
import {backwardTapPlans, filterTaps, forwardTapPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import {blocksOf, forEachPixel, gatherBlock} from './gather.js';
import type {Segment} from './gather.js';
import {gemm, PANEL, TILE_ROWS} from './gemm.js';
import type {Image} from './image.js';
import {packRows, packTaps} from './pack.js';

/*
 * Convolution as a matrix product whose left operand, the im2col matrix [results, taps * channels], is made a block of
 * rows at a time, so that it stays in the L2 cache and memory does not grow with the image. One pair of loops serves
 * the forward pass and, a phase at a time, the transposed one: they differ in the tap plan and the filter's strides.
 */

/** Elements of an im2col block: 256 KiB of float64. */
const BLOCK_ELEMENTS = 1 << 15;

/** Rows of a block for an im2col matrix of that depth, not more than there are results. */
function blockRows(depth: number, [d, h, w]: TapPlan): number {
  const rows = Math.min(256, Math.max(16, Math.floor(BLOCK_ELEMENTS / Math.max(1, depth))));
  return roundUp(Math.min(rows, d.count * h.count * w.count), TILE_ROWS);
}

/** Scratch for a block: the im2col matrix and the product. */
interface Scratch {
  readonly left: Float64Array;
  readonly result: Float64Array;
}

/** Computes one block of results of one batch element and group, and writes it. */
function runBlock(
  plan: TapPlan,
  block: readonly Segment[],
  source: Image,
  sourceBase: number,
  sourceChannels: number,
  panels: Float64Array,
  result: Image,
  resultBase: number,
  columns: number,
  scratch: Scratch,
): void {
  const rows = block.reduce((sum, {count}) => sum + count, 0);
  const depth = plan[0].kernel.length * plan[1].kernel.length * plan[2].kernel.length * sourceChannels;
  const stride = roundUp(columns, PANEL);
  gatherBlock(plan, block, source, sourceBase, sourceChannels, scratch.left, depth);
  scratch.result.fill(0, 0, rows * stride);
  gemm(rows, columns, depth, {values: scratch.left, row: depth, depth: 1}, panels, scratch.result, stride);
  const {values, channel} = result;
  forEachPixel(plan, block, result, (index, offset) => {
    const from = index * stride;
    const to = resultBase + offset;
    for (let n = 0; n < columns; n++) values[to + n * channel] = scratch.result[from + n];
  });
}

/** What a direction of the product takes from the geometry, for one group. */
interface Direction {
  readonly sourceChannels: number;
  readonly columns: number;
  readonly pack: (taps: readonly number[], group: number) => Float64Array;
}

function runPlan(
  plan: TapPlan,
  g: ConvGeometry,
  source: Image,
  result: Image,
  {sourceChannels, columns, pack}: Direction,
): void {
  const taps = filterTaps(plan, g);
  const depth = taps.length * sourceChannels;
  const rows = blockRows(depth, plan);
  const blocks = blocksOf(plan, rows);
  const scratch = {
    left: new Float64Array(rows * depth),
    result: new Float64Array(rows * roundUp(columns, PANEL)),
  };
  for (let group = 0; group < g.groups; group++) {
    const panels = pack(taps, group);
    for (let b = 0; b < g.batch; b++) {
      const sourceBase = source.offset + b * source.batch + group * sourceChannels * source.channel;
      const resultBase = result.offset + b * result.batch + group * columns * result.channel;
      for (const block of blocks) {
        runBlock(plan, block, source, sourceBase, sourceChannels, panels, result, resultBase, columns, scratch);
      }
    }
  }
}

/** y = conv(x, filter). */
export function gemmForward(g: ConvGeometry, x: Image, filter: Float32Array, y: Image): void {
  const [channels, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const matrix = {values: filter, row: g.outChannels, column: 1};
  runPlan(forwardTapPlan(g), g, x, y, {
    sourceChannels: channels,
    columns,
    pack: (taps, group) => packTaps(taps, channels, columns, matrix, channels * g.outChannels, group * columns),
  });
}

/** dx of conv(x, filter) at dy: every phase of dx is a dense convolution of dy. */
export function gemmBackpropInput(g: ConvGeometry, dy: Image, filter: Float32Array, dx: Image): void {
  const [channels, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const matrix = {values: filter, row: 1, column: g.outChannels};
  for (const plan of backwardTapPlans(g)) {
    runPlan(plan, g, dy, dx, {
      sourceChannels: columns,
      columns: channels,
      pack: (taps, group) => packTaps(taps, columns, channels, matrix, channels * g.outChannels, group * columns),
    });
  }
}

/** dfilter of conv(x, filter) at dy: the transposed im2col matrix of x times dy, added up over the blocks. */
export function gemmBackpropFilter(g: ConvGeometry, x: Image, dy: Image, dfilter: Float32Array): void {
  const [channels, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const plan = forwardTapPlan(g);
  const taps = filterTaps(plan, g);
  const rows = taps.length * channels;
  const size = blockRows(rows, plan);
  const blocks = blocksOf(plan, size);
  const stride = roundUp(columns, PANEL);
  const left = new Float64Array(size * rows + TILE_ROWS);
  const panels = new Float64Array(size * stride);
  const sums = new Float64Array(roundUp(rows, TILE_ROWS) * stride);
  for (let group = 0; group < g.groups; group++) {
    sums.fill(0);
    for (let b = 0; b < g.batch; b++) {
      const xBase = x.offset + b * x.batch + group * channels * x.channel;
      const dyBase = dy.offset + b * dy.batch + group * columns * dy.channel;
      for (const block of blocks) {
        const depth = block.reduce((sum, {count}) => sum + count, 0);
        gatherBlock(plan, block, x, xBase, channels, left, rows);
        const matrix = {values: dy.values, row: 0, column: dy.channel};
        forEachPixel(plan, block, dy, (index, offset) =>
          packRows(panels, depth, index, 1, columns, matrix, dyBase + offset),
        );
        gemm(rows, columns, depth, {values: left, row: 1, depth: rows}, panels, sums, stride);
      }
    }
    taps.forEach((tap, i) => {
      for (let c = 0; c < channels; c++) {
        const to = (tap * channels + c) * g.outChannels + group * columns;
        const from = (i * channels + c) * stride;
        for (let n = 0; n < columns; n++) dfilter[to + n] = sums[from + n];
      }
    });
  }
}
