import type {ConvGeometry} from '../../../src/geometry/conv.js';
import type {AxisTaps, TapPlan} from '../../../src/geometry/taps.js';
import {allocate, floatsAt} from '../call.js';
import type {DirectionTaps} from '../plan/direction.js';
import {F32} from '../plan/conv_plan.js';
import type {Image} from '../plan/conv_plan.js';
import type {Call} from '../types.js';
import {copyStrided} from './strided_copy.js';

/*
 * A convolution with a stride along the width as one without: pixels of the source whose columns have the same remainder
 * modulo the stride (a phase) become neighbours, so that neighbouring results read neighbouring pixels. Padding is
 * written out.
 */

/** A source by phases: lines of [phases, length, channels]. */
export interface WidthPhases extends DirectionTaps {
  readonly image: Image;
  readonly lines: number;
  readonly channels: number;
  readonly width: AxisTaps;
  /** The remainders that taps read, in the order of their phases. */
  readonly phases: readonly number[];
  /** The first column of each phase, in strides. */
  readonly first: number;
  /** Columns of a phase. */
  readonly length: number;
}

/** The phases that the taps of a plan read, of a source with so many channels. */
export function widthPhases(
  {batch, axes: [depth, height]}: ConvGeometry,
  channels: number,
  {plan, taps}: DirectionTaps,
): WidthPhases {
  const [, , width] = plan;
  const step = width.sourceStep;
  const column = (source: number): number => Math.floor(source / step);
  const phase = (source: number): number => source - step * column(source);
  const phases = [...new Set(width.source.map(phase))].sort((p, q) => p - q);
  const columns = width.source.map(column);
  const first = Math.min(...columns);
  const length = Math.max(...columns) - first + width.count;
  const lineSize = phases.length * length;
  const source = width.source.map((at, n) => phases.indexOf(phase(at)) * length + columns[n] - first);
  const pixel = channels * F32;
  const line = lineSize * pixel;
  const phased: TapPlan = [plan[0], plan[1], {...width, sourceSize: lineSize, sourceStep: 1, source}];
  return {
    plan: phased,
    taps,
    image: {batch: depth.input * height.input * line, spatial: [height.input * line, line, pixel]},
    lines: batch * depth.input * height.input,
    channels,
    width,
    phases,
    first,
    length,
  };
}

/** The source by phases, in scratch memory. */
export function splitWidth(
  call: Call,
  {lines, channels, width, phases, first, length}: WidthPhases,
  source: number,
): number {
  const {sourceSize, sourceStep: step} = width;
  const line = phases.length * length * channels;
  const split = allocate(call, lines * line * F32);
  const ranges = phases.map((phase, p) => {
    // Column `first + n` of a phase is column (first + n) * step + phase of the source.
    const begin = Math.max(0, Math.ceil(-phase / step) - first);
    const end = Math.min(length, Math.ceil((sourceSize - phase) / step) - first);
    return {phase, p, begin, count: Math.max(0, end - begin)};
  });
  if (ranges.some(({count}) => count < length)) floatsAt(call, split, lines * line).fill(0);
  for (const {phase, p, begin, count} of ranges) {
    const to = split + (p * length + begin) * channels * F32;
    const from = source + ((first + begin) * step + phase) * channels * F32;
    copyStrided(call, to, from, [
      {count: lines, to: line, from: sourceSize * channels},
      {count, to: channels, from: step * channels},
      {count: channels, to: 1, from: 1},
    ]);
  }
  return split;
}
