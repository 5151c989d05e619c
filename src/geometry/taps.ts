import type {AxisGeometry} from './axis.js';
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
 * A part of a result whose elements all use the same taps: the whole result of a convolution, or one phase of a
 * transposed convolution. Axes are depth, height, width.
 */
export type TapPlan = readonly [AxisTaps, AxisTaps, AxisTaps];

/** The first t whose source element is in bounds. */
export const firstInBounds = (source: number, sourceStep: number): number =>
  source >= 0 ? 0 : Math.ceil(-source / sourceStep);

/** One more than the last t whose source element is in bounds; not more than firstInBounds where there is none. */
export const endInBounds = (source: number, {count, sourceSize, sourceStep}: AxisTaps): number =>
  Math.min(count, Math.ceil((sourceSize - source) / sourceStep));

/** An axis without taps. */
const withoutTaps = (start: number, step: number, count: number, sourceSize: number, sourceStep: number) => ({
  start,
  step,
  count,
  sourceSize,
  sourceStep,
  kernel: [] as number[],
  source: [] as number[],
});

/** Adds a tap if it reads the source anywhere: one that does not reads nothing but padding. */
function addTap(axis: ReturnType<typeof withoutTaps>, tap: number, source: number): void {
  if (firstInBounds(source, axis.sourceStep) >= endInBounds(source, axis)) return;
  axis.kernel.push(tap);
  axis.source.push(source);
}

/** Output o reads input o * stride - padBefore + k * dilation. */
function forwardAxis({input, kernel, output, stride, dilation, padBefore}: AxisGeometry): AxisTaps {
  const axis = withoutTaps(0, 1, output, input, stride);
  for (let k = 0; k < kernel; k++) addTap(axis, k, k * dilation - padBefore);
  return axis;
}

/** The remainder of a division, from 0 to divisor - 1. */
const modulo = (n: number, divisor: number): number => ((n % divisor) + divisor) % divisor;

/**
 * Input i receives from output o where o * stride = i + padBefore - k * dilation. Inputs of the same remainder modulo the
 * stride (a phase) use the same taps, and read neighbouring outputs. Phases that use no tap are left out: what they
 * receive is 0.
 */
function backwardAxis({input, kernel, output, stride, dilation, padBefore}: AxisGeometry): AxisTaps[] {
  const phases = new Map<number, ReturnType<typeof withoutTaps>>();
  for (let k = 0; k < kernel; k++) {
    const phase = modulo(k * dilation - padBefore, stride);
    if (phase >= input) continue;
    const axis = phases.get(phase) ?? withoutTaps(phase, stride, Math.ceil((input - phase) / stride), output, 1);
    phases.set(phase, axis);
    addTap(axis, k, (phase + padBefore - k * dilation) / stride);
  }
  return [...phases.values()].filter(axis => axis.kernel.length > 0).sort((p, q) => p.start - q.start);
}

/** How y reads x. */
export function forwardTapPlan({axes: [depth, height, width]}: ConvGeometry): TapPlan {
  return [forwardAxis(depth), forwardAxis(height), forwardAxis(width)];
}

/** The phases of each axis that make up dx; an element of dx that is in none of them on some axis is 0. */
export function backwardPhases({axes: [depth, height, width]}: ConvGeometry): [AxisTaps[], AxisTaps[], AxisTaps[]] {
  return [backwardAxis(depth), backwardAxis(height), backwardAxis(width)];
}

/** How dx reads dy: every combination of phases. None multiplies an inserted zero, and what none covers is 0. */
export function backwardTapPlans(g: ConvGeometry): TapPlan[] {
  const [depths, heights, widths] = backwardPhases(g);
  return depths.flatMap(d => heights.flatMap(h => widths.map((w): TapPlan => [d, h, w])));
}

/** Taps of a plan as indices into the filter's taps, in row-major order. */
export function filterTaps([depth, height, width]: TapPlan, {axes}: ConvGeometry): number[] {
  const taps: number[] = [];
  for (const d of depth.kernel) {
    for (const h of height.kernel) {
      for (const w of width.kernel) taps.push((d * axes[1].kernel + h) * axes[2].kernel + w);
    }
  }
  return taps;
}
