import {product} from '../../src/geometry/conv.js';
import {endInBounds, firstInBounds} from '../../src/geometry/taps.js';
import type {AxisTaps, TapPlan} from '../../src/geometry/taps.js';
import type {Padding} from './pad_spatial.js';
import {gridOf, gridPixels, runLength} from './rows.js';

/*
 * What is computed of a plan: results that read nothing but padding are 0, and what the others read is laid out without
 * the padding that only those would read. Where taps are so far apart that this still takes much more memory than the
 * source and the results, each tap is a part by itself, which reads no padding at all.
 */

/** A part of a plan: some results, by some taps. */
export interface Part {
  readonly plan: TapPlan;
  /** The part's taps by their numbers in the whole plan, in row-major order. */
  readonly taps: readonly number[];
  /** Results of the whole plan before and after those of the part, along each axis. */
  readonly margins: readonly Padding[];
}

/** What a plan reads and makes, in elements: a pixel has `sourceChannels`, a result `channels`. */
export interface PlanSizes {
  readonly batch: number;
  readonly sourceChannels: number;
  readonly channels: number;
}

/** The axis with those results only that read an element of the source, and how many there are before and after. */
function cropped(axis: AxisTaps): {readonly axis: AxisTaps; readonly margin: Padding} {
  const {source, sourceStep, sourceSize, count} = axis;
  const first = Math.min(...source.map(from => firstInBounds(from, sourceStep)));
  const end = Math.max(...source.map(from => endInBounds(from, axis)));
  const inner = {...axis, count: end - first, source: source.map(from => from + first * sourceStep)};
  return {axis: withShortStep(inner, Math.max(1, sourceSize)), margin: [first, count - end]};
}

/**
 * The axis with a step that is not longer than the source, which reads the same elements: within a step that is longer,
 * the places beyond the source are not read.
 */
function withShortStep(axis: AxisTaps, longest: number): AxisTaps {
  const {sourceStep, source} = axis;
  if (axis.count === 1) return {...axis, sourceStep: 1};
  if (sourceStep <= longest) return axis;
  const shortened = (from: number): number => {
    const quotient = Math.floor(from / sourceStep);
    return quotient * longest + (from - quotient * sourceStep);
  };
  return {...axis, sourceStep: longest, source: source.map(shortened)};
}

function partOf(plan: TapPlan, taps: readonly number[]): Part {
  const [depth, height, width] = plan.map(cropped);
  return {plan: [depth.axis, height.axis, width.axis], taps, margins: [depth.margin, height.margin, width.margin]};
}

/** The plan of each tap by itself. */
function singleTaps([depth, height, width]: TapPlan): TapPlan[] {
  const single = (axis: AxisTaps): AxisTaps[] =>
    axis.source.map((from, n) => ({...axis, source: [from], kernel: [axis.kernel[n]]}));
  const [depths, heights, widths] = [depth, height, width].map(single);
  return depths.flatMap(d => heights.flatMap(h => widths.map((w): TapPlan => [d, h, w])));
}

/** How many times as large as source and results together the rows of a part may be. */
const LARGEST = 8;

function isModest({plan}: Part, whole: TapPlan, {batch, sourceChannels, channels}: PlanSizes): boolean {
  const grid = gridOf(plan, batch);
  const rows = gridPixels(plan, batch) * sourceChannels + runLength(grid) * channels;
  const source = batch * product(whole.map(({sourceSize}) => sourceSize)) * sourceChannels;
  const results = batch * product(whole.map(({count}) => count)) * channels;
  return rows <= LARGEST * (source + results);
}

/** The parts of a plan that has taps on every axis. */
export function partsOf(plan: TapPlan, sizes: PlanSizes): Part[] {
  const taps = Array.from({length: product(plan.map(({source}) => source.length))}, (_, tap) => tap);
  const all = partOf(plan, taps);
  return isModest(all, plan, sizes) ? [all] : singleTaps(plan).map((single, tap) => partOf(single, [tap]));
}
