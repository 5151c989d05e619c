import type {ConvGeometry} from '../../src/geometry/conv.js';
import {backwardTapPlans, endInBounds, filterTaps, firstInBounds, forwardTapPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import type {Image} from './image.js';

/*
 * Convolution a line of results at a time: one weight after the other times the line of the source that it reads, added
 * up in float64. There is nothing to gather and no tile to fill, so it is the fastest where a group has few results per
 * pixel.
 */

/** Where the weights of a direction are stored: element (tap, r, c) of a group at tap * tap + r * row + c * column. */
interface Weights {
  readonly values: Float32Array;
  readonly tap: number;
  readonly row: number;
  readonly column: number;
  /** From one group to the next. */
  readonly group: number;
}

/** The sums of one line of one result channel. */
function addLine(
  plan: TapPlan,
  taps: readonly number[],
  depth: number,
  height: number,
  source: Image,
  base: number,
  channels: number,
  weights: Weights,
  weightBase: number,
  sums: Float64Array,
): void {
  const [depthTaps, heightTaps, widthTaps] = plan;
  const {values, channel, spatial} = source;
  const step = (widthTaps.sourceStep * spatial[2]) | 0;
  let tap = 0;
  for (const sourceDepth of depthTaps.source) {
    const d = sourceDepth + depth * depthTaps.sourceStep;
    for (const sourceHeight of heightTaps.source) {
      const h = sourceHeight + height * heightTaps.sourceStep;
      const inside = d >= 0 && d < depthTaps.sourceSize && h >= 0 && h < heightTaps.sourceSize;
      for (const sourceWidth of widthTaps.source) {
        const weight = weightBase + taps[tap++] * weights.tap;
        if (!inside) continue;
        const first = firstInBounds(sourceWidth, widthTaps.sourceStep);
        const end = endInBounds(sourceWidth, widthTaps);
        const from = base + d * spatial[0] + h * spatial[1] + sourceWidth * spatial[2] + first * step;
        for (let c = 0; c < channels; c++) {
          addScaled(sums, first, end, values, from + c * channel, step, weights.values[weight + c * weights.row]);
        }
      }
    }
  }
}

/** sums[t] += weight * values[from + (t - first) * step] */
function addScaled(
  sums: Float64Array,
  first: number,
  end: number,
  values: Float32Array,
  from: number,
  step: number,
  weight: number,
): void {
  let at = from | 0;
  for (let t = first; t < end; t++) {
    sums[t] += weight * values[at];
    at = (at + step) | 0;
  }
}

function runPlan(
  plan: TapPlan,
  g: ConvGeometry,
  source: Image,
  channels: number,
  result: Image,
  columns: number,
  weights: Weights,
): void {
  const taps = filterTaps(plan, g);
  const [depth, height, width] = plan;
  const sums = new Float64Array(width.count);
  const step = width.step * result.spatial[2];
  for (let b = 0; b < g.batch; b++) {
    for (let d = 0; d < depth.count; d++) {
      for (let h = 0; h < height.count; h++) {
        const line =
          result.offset +
          b * result.batch +
          (depth.start + d * depth.step) * result.spatial[0] +
          (height.start + h * height.step) * result.spatial[1] +
          width.start * result.spatial[2];
        for (let n = 0; n < g.groups * columns; n++) {
          const group = Math.floor(n / columns);
          const base = source.offset + b * source.batch + group * channels * source.channel;
          const weightBase = group * weights.group + (n - group * columns) * weights.column;
          sums.fill(0);
          addLine(plan, taps, d, h, source, base, channels, weights, weightBase, sums);
          const to = line + n * result.channel;
          for (let t = 0; t < width.count; t++) result.values[to + t * step] = sums[t];
        }
      }
    }
  }
}

/** y = conv(x, filter). */
export function linesForward(g: ConvGeometry, x: Image, filter: Float32Array, y: Image): void {
  const [channels, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const weights = {values: filter, tap: channels * g.outChannels, row: g.outChannels, column: 1, group: columns};
  runPlan(forwardTapPlan(g), g, x, channels, y, columns, weights);
}

/** dx of conv(x, filter) at dy. */
export function linesBackpropInput(g: ConvGeometry, dy: Image, filter: Float32Array, dx: Image): void {
  const [channels, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const weights = {values: filter, tap: channels * g.outChannels, row: 1, column: g.outChannels, group: columns};
  for (const plan of backwardTapPlans(g)) runPlan(plan, g, dy, columns, dx, channels, weights);
}
