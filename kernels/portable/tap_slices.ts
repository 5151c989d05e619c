import {add, pad, reshape, stridedSlice, tidy, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {AxisTaps, TapPlan} from '../../src/geometry/taps.js';

/** Index of the last source element that a tap reads, behind it one more. */
const reach = ({count, sourceStep}: AxisTaps, source: number): number => source + (count - 1) * sourceStep + 1;

const padOf = (axis: AxisTaps): [number, number] => [
  Math.max(0, ...axis.source.map(source => -source)),
  Math.max(0, ...axis.source.map(source => reach(axis, source) - axis.sourceSize)),
];

/**
 * For each tap of the plan, in row-major order, the source elements [outer, ...counts, channels] that it meets: a strided slice of the source, which is padded with zeros once.
 */
export function mapTaps<T>(source: Tensor, plan: TapPlan, use: (slice: Tensor) => T): T[] {
  const pads = plan.map(padOf);
  const needed = pads.some(([before, after]) => before + after > 0);
  const padded = needed ? pad(source, [[0, 0], ...pads, [0, 0]]) : source;
  const [outer, , , , inner]: readonly number[] = source.shape;
  const slice = (offsets: number[]): Tensor => {
    const begin = plan.map((_, a) => offsets[a] + pads[a][0]);
    const end = plan.map((axis, a) => reach(axis, begin[a]));
    return stridedSlice(
        padded, [0, ...begin, 0], [outer, ...end, inner], [1, ...plan.map(axis => axis.sourceStep), 1]);
  };
  const [depth, height, width] = plan;
  return depth.source.flatMap(d => height.source.flatMap(h => width.source.map(w => use(slice([d, h, w])))));
}

/**
 * The sum over the taps of what `term` makes of each slice, added up at once, so that only one slice is held; zeros of
 * the shape given where no tap meets the source.
 */
export function sumOverTaps(
    source: Tensor, plan: TapPlan, shape: number[], term: (slice: Tensor, tap: number) => Tensor): Tensor {
  let sum: Tensor|undefined;
  let tap = 0;
  mapTaps(source, plan, slice => {
    const previous = sum;
    sum = tidy(() => {
      const next = reshape(term(slice, tap), shape);
      return previous === undefined ? next : add(previous, next);
    });
    previous?.dispose();
    slice.dispose();
    tap++;
  });
  return sum ?? zeros(shape);
}
