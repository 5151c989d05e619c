import {concat, pad, reshape, slice, transpose} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {AxisTaps, TapPlan} from '../../src/geometry/taps.js';
import {padSpatial} from './pad_spatial.js';

/*
 * A plan's source as rows of pixels, arranged so that what a tap reads is one contiguous run of rows, which is the
 * cheapest slice there is on any backend. Along each axis the source is cut into phases, the elements of one remainder
 * modulo `sourceStep`, of which there are those that a tap reads; each phase is padded and cropped to the pixels that
 * any tap reads: a grid of pixels that all taps share. Tap n of an axis reads phase source[n] mod sourceStep from its
 * grid index floor(source[n] / sourceStep) on. A run also has the pixels between the end of one line of results and the
 * beginning of the next; they are computed and dropped at the end.
 */

/** One axis of the grid. */
interface GridAxis {
  /** Grid index 0 is element first * step of phase 0. */
  readonly first: number;
  readonly size: number;
  readonly step: number;
  /** The phases that a tap reads, ascending. */
  readonly phases: readonly number[];
}

const quotient = (n: number, step: number): number => Math.floor(n / step);
const phaseOf = (n: number, step: number): number => n - quotient(n, step) * step;

function gridAxis({count, source, sourceStep}: AxisTaps): GridAxis {
  // Taps read the source in order, forward, or backward in a transposed convolution.
  const ends = [source[0], source[source.length - 1]].map(n => quotient(n, sourceStep));
  const first = Math.min(...ends);
  const phases = [...new Set(source.map(n => phaseOf(n, sourceStep)))].sort((a, b) => a - b);
  return {first, size: Math.max(...ends) - first + count, step: sourceStep, phases};
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

/** Pixels of the grid in all phases. */
export const gridPixels = (plan: TapPlan, batch: number): number =>
  batch * product(plan.map(gridAxis).map(({phases, size}) => phases.length * size));

/** Rows of a run: from the first result's pixel to the last one's. */
export function runLength({batch, sizes, counts}: Grid): number {
  const [depth, height, width] = sizes.map((size, a) => size - counts[a]);
  return batch * product(sizes) - ((depth * sizes[1] + height) * sizes[2] + width);
}

/** Pads and crops the spatial axes so that they have the elements from `begin` on, of which there are `sizes`. */
function fitted(t: Tensor, begin: readonly number[], sizes: readonly number[]): Tensor {
  const shape: readonly number[] = t.shape;
  const padded = padSpatial(
    t,
    sizes.map((size, a) => [Math.max(0, -begin[a]), Math.max(0, begin[a] + size - shape[a + 1])]),
  );
  const size = [shape[0], ...sizes, shape[4]];
  return padded.shape.some((s, a) => s !== size[a])
    ? slice(padded, [0, ...begin.map(from => Math.max(0, from)), 0], size)
    : padded;
}

/** Those of the outermost elements that are asked for. */
function selected(t: Tensor, wanted: readonly number[]): Tensor {
  if (wanted.length === t.shape[0]) return t;
  const parts = wanted.map(n => slice(t, n, 1));
  return parts.length === 1 ? parts[0] : concat(parts, 0);
}

/**
 * Makes the phases of one axis of [outer, depth, height, width, channels] the outermost part of `outer`. They are
 * selected when they are outermost: those slices are contiguous.
 */
function phasesOutermost(t: Tensor, axis: number, {step, phases}: GridAxis): Tensor {
  if (step === 1) return t;
  const shape: readonly number[] = t.shape;
  const [outer, length, inner] = [product(shape.slice(0, axis)), shape[axis] / step, product(shape.slice(axis + 1))];
  const byPhase = transpose(reshape(t, [outer, length, step, inner]), [2, 0, 1, 3]);
  return reshape(
    selected(byPhase, phases),
    shape.map((s, a) => (a === 0 ? s * phases.length : a === axis ? length : s)),
  );
}

/** The phases that taps read, each with the pixels of the grid. */
function arrange(source: Tensor, axes: readonly GridAxis[]): Tensor {
  const sizes = axes.map(({step}, a) => Math.ceil(source.shape[a + 1] / step) * step);
  const whole = fitted(source, [0, 0, 0], sizes);
  const phases = axes.reduce((t, axis, a) => phasesOutermost(t, a + 1, axis), whole);
  return fitted(
    phases,
    axes.map(({first}) => first),
    axes.map(({size}) => size),
  );
}

/** The rows of a source [batch, depth, height, width, channels] for a plan that has taps on every axis. */
export function toRows(source: Tensor, plan: TapPlan): Rows {
  const axes = plan.map(gridAxis);
  const [depth, height, width] = axes;
  const arranged = arrange(source, axes);
  const [batch, , , , channels]: readonly number[] = source.shape;
  const perPhase = batch * depth.size * height.size * width.size;
  const position = (a: number, n: number): [number, number] => {
    const {first, step, phases} = axes[a];
    const from = plan[a].source[n];
    return [quotient(from, step) - first, phases.indexOf(phaseOf(from, step))];
  };
  const starts = plan[0].source.flatMap((_, d) =>
    plan[1].source.flatMap((__, h) =>
      plan[2].source.map((___, w) => {
        const [[di, dp], [hi, hp], [wi, wp]] = [position(0, d), position(1, h), position(2, w)];
        return (
          ((wp * height.phases.length + hp) * depth.phases.length + dp) * perPhase +
          (di * height.size + hi) * width.size +
          wi
        );
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
