import type {AxisGeometry} from './axis.js';
import {spatialSizes} from './conv.js';
import type {ConvGeometry} from './conv.js';

/**
 * How a run of evenly spaced results along one axis reads its source. Result t = 0 ... count - 1 is element
 * `start + t * step` of the result's axis; its tap number n is tap `kernel[n]` of the filter and reads element
 * `source[n] + t * sourceStep` of the source, where that is within the source's size.
 */
export interface AxisTaps {
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly sourceSize: number;
  readonly sourceStep: number;
  readonly kernel: readonly number[];
  readonly source: readonly number[];
}

/**
 * A part of a result whose elements all meet the same taps: the whole result of a convolution, or one phase of a
 * transposed convolution. Axes are depth, height, width.
 */
export type TapPlan = readonly [AxisTaps, AxisTaps, AxisTaps];

/** The t, from first to before end, whose source element is in bounds. */
export function boundsOf({count, sourceSize, sourceStep}: AxisTaps, source: number): [number, number] {
  const first = Math.max(0, Math.ceil(-source / sourceStep));
  return [first, Math.max(first, Math.min(count, Math.ceil((sourceSize - source) / sourceStep)))];
}

/** Keeps the taps that meet the source anywhere: the others read nothing but padding. */
function withTaps(axis: Omit<AxisTaps, 'kernel' | 'source'>, taps: ReadonlyArray<[number, number]>): AxisTaps {
  const reaching = taps.filter(([, source]) => {
    const [first, end] = boundsOf({...axis, kernel: [], source: []}, source);
    return first < end;
  });
  return {...axis, kernel: reaching.map(([tap]) => tap), source: reaching.map(([, source]) => source)};
}

const tapIndices = (axis: AxisGeometry): number[] => Array.from({length: axis.kernel}, (_, k) => k);

/** Output o reads input o * stride - padBefore + k * dilation. */
function forwardAxis(axis: AxisGeometry): AxisTaps {
  const {input, output, stride, dilation, padBefore} = axis;
  return withTaps(
      {start: 0, step: 1, count: output, sourceSize: input, sourceStep: stride},
      tapIndices(axis).map(k => [k, k * dilation - padBefore]));
}

/**
 * Input i receives from output o where o * stride = i + padBefore - k * dilation. Inputs of the same rest modulo the
 * stride (a phase) meet the same taps, and read neighbouring outputs.
 */
function backwardAxis(axis: AxisGeometry): AxisTaps[] {
  const {input, output, stride, dilation, padBefore} = axis;
  return Array.from({length: Math.min(stride, input)}, (_, phase) => withTaps(
      {start: phase, step: stride, count: Math.ceil((input - phase) / stride), sourceSize: output, sourceStep: 1},
      tapIndices(axis)
          .map((k): [number, number] => [k, phase + padBefore - k * dilation])
          .filter(([, position]) => position % stride === 0)
          .map(([k, position]): [number, number] => [k, position / stride])));
}

/** How y reads x. */
export function forwardPlan({axes: [depth, height, width]}: ConvGeometry): TapPlan {
  return [forwardAxis(depth), forwardAxis(height), forwardAxis(width)];
}

/** How dx reads dy: phases that together cover dx, none of which multiplies an inserted zero. */
export function backwardPlans({axes: [depth, height, width]}: ConvGeometry): TapPlan[] {
  const [depths, heights, widths] = [backwardAxis(depth), backwardAxis(height), backwardAxis(width)];
  return depths.flatMap(d => heights.flatMap(h => widths.map((w): TapPlan => [d, h, w])));
}

/** Taps of a plan as indices into the filter's taps, in row-major order. */
export function filterTaps([depth, height, width]: TapPlan, geometry: ConvGeometry): number[] {
  const [, kernelHeight, kernelWidth] = spatialSizes(geometry, 'kernel');
  return depth.kernel.flatMap(d => height.kernel.flatMap(
      h => width.kernel.map(w => (d * kernelHeight + h) * kernelWidth + w)));
}
