import {pad, reshape, slice, transpose} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {AxisTaps, TapPlan} from '../../src/geometry/taps.js';
import {padSpatial} from './pad_spatial.js';

/*
 * A plan's source as rows of pixels, so arranged that what a tap reads is one contiguous run of rows, which is the
 * cheapest slice there is on any backend. Along each axis the source is padded, cut into `sourceStep` phases, and each
 * phase has the pixels that any tap reads: a grid of pixels that all taps share. Tap n of an axis reads phase
 * source[n] mod sourceStep from its grid index floor(source[n] / sourceStep) on. A run also has the pixels between the
 * end of one line of results and the beginning of the next; they are computed and dropped at the end.
 */

/** One axis of the grid. */
interface GridAxis {
  /** Grid index 0 is source element first * step of each phase. */
  readonly first: number;
  readonly size: number;
  readonly step: number;
}

function gridAxis({count, source, sourceStep}: AxisTaps): GridAxis {
  // Taps read the source in order, forward, or backward in a transposed convolution.
  const [from, to] = [source[0], source[source.length - 1]];
  const first = Math.floor(Math.min(from, to) / sourceStep);
  return {first, size: Math.floor(Math.max(from, to) / sourceStep) - first + count, step: sourceStep};
}

/** Source rows of a plan that has taps. */
export interface Rows {
  /** [rows of all phases, channels] */
  readonly values: Tensor;
  readonly channels: number;
  /** First row of each tap, in row-major order of the taps. */
  readonly starts: readonly number[];
  /** Rows of a run. */
  readonly length: number;
}

/** What the rows of results are laid out by. */
export interface Grid {
  readonly batch: number;
  /** Grid sizes of the axes, and how many of each are results. */
  readonly sizes: readonly number[];
  readonly counts: readonly number[];
}

export const gridOf = (plan: TapPlan, batch: number): Grid => ({
  batch,
  sizes: plan.map(axis => gridAxis(axis).size),
  counts: plan.map(axis => axis.count),
});

/** Rows of a run: from the first result's pixel to the last one's. */
function runLength({batch, sizes, counts}: Grid): number {
  const [depth, height, width] = sizes.map((size, a) => size - counts[a]);
  return batch * product(sizes) - ((depth * sizes[1] + height) * sizes[2] + width);
}

/** Pads and crops the source so that each axis has all elements of all phases of the grid. */
function fitted(source: Tensor, axes: readonly GridAxis[]): Tensor {
  const shape: readonly number[] = source.shape;
  const spans = axes.map(({first, size, step}) => [first * step, (first + size) * step]);
  const padded = padSpatial(
    source,
    spans.map(([begin, end], a) => [Math.max(0, -begin), Math.max(0, end - shape[a + 1])]),
  );
  const begin = [0, ...spans.map(([from]) => Math.max(0, from)), 0];
  const size = [shape[0], ...spans.map(([from, end]) => end - from), shape[4]];
  return padded.shape.some((s, a) => s !== size[a]) ? slice(padded, begin, size) : padded;
}

/** Makes the phases of one axis of [outer, depth, height, width, channels] the outermost part of `outer`. */
function phasesOutermost(t: Tensor, axis: number, step: number): Tensor {
  if (step === 1) return t;
  const shape: readonly number[] = t.shape;
  const [outer, inner] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))];
  const phases = transpose(reshape(t, [outer, shape[axis] / step, step, inner]), [2, 0, 1, 3]);
  return reshape(
    phases,
    shape.map((s, a) => (a === 0 ? s * step : a === axis ? s / step : s)),
  );
}

/** The rows of a source [batch, depth, height, width, channels] for a plan that has taps on every axis. */
export function toRows(source: Tensor, plan: TapPlan): Rows {
  const axes = plan.map(gridAxis);
  const [depth, height, width] = axes;
  const arranged = axes.reduce((t, {step}, a) => phasesOutermost(t, a + 1, step), fitted(source, axes));
  const [batch, , , , channels]: readonly number[] = source.shape;
  const perPhase = batch * depth.size * height.size * width.size;
  const position = (a: number, n: number): [number, number] => {
    const quotient = Math.floor(plan[a].source[n] / axes[a].step);
    return [quotient - axes[a].first, plan[a].source[n] - quotient * axes[a].step];
  };
  const starts = plan[0].source.flatMap((_, d) =>
    plan[1].source.flatMap((__, h) =>
      plan[2].source.map((___, w) => {
        const [[di, dp], [hi, hp], [wi, wp]] = [position(0, d), position(1, h), position(2, w)];
        return ((wp * height.step + hp) * depth.step + dp) * perPhase + (di * height.size + hi) * width.size + wi;
      }),
    ),
  );
  return {
    values: reshape(arranged, [arranged.size / channels, channels]),
    channels,
    starts,
    length: runLength(gridOf(plan, batch)),
  };
}

/** The rows [length, channels] that a tap reads. */
export const rowsOfTap = ({values, channels, starts, length}: Rows, tap: number): Tensor =>
  slice(values, [starts[tap], 0], [length, channels]);

/** Results [batch, ...counts, channels] out of the rows of a run. */
export function fromRows(rows: Tensor, channels: number, grid: Grid): Tensor {
  const {batch, sizes, counts} = grid;
  const missing = batch * product(sizes) - runLength(grid);
  const whole =
    missing > 0
      ? pad(reshape(rows, [runLength(grid), channels]), [
          [0, missing],
          [0, 0],
        ])
      : rows;
  const all = reshape(whole, [batch, ...sizes, channels]);
  return missing > 0 ? slice(all, [0, 0, 0, 0, 0], [batch, ...counts, channels]) : all;
}

/** The inverse: rows of a run [length, channels], 0 between the lines. */
export function resultRows(y: Tensor, channels: number, grid: Grid): Tensor {
  const {batch, sizes, counts} = grid;
  const padded = padSpatial(
    y,
    sizes.map((size, a) => [0, size - counts[a]]),
  );
  return slice(reshape(padded, [batch * product(sizes), channels]), [0, 0], [runLength(grid), channels]);
}
