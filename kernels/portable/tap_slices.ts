import {add, matMul, pad, reshape, stridedSlice, tidy, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {AxisTaps, TapPlan} from '../../src/geometry/taps.js';

/** Index of the last source element that a tap reads, behind it one more. */
const reach = ({count, sourceStep}: AxisTaps, source: number): number => source + (count - 1) * sourceStep + 1;

const padOf = (axis: AxisTaps): [number, number] => [
  Math.max(0, ...axis.source.map(source => -source)),
  Math.max(0, ...axis.source.map(source => reach(axis, source) - axis.sourceSize)),
];

/**
 * For each tap of the plan, in row-major order, the source elements [groups * batch, ...counts, channels] that it
 * meets: a strided slice of the source, which is padded with zeros once.
 */
export function mapTaps<T>(source: Tensor, plan: TapPlan, use: (slice: Tensor) => T): T[] {
  const pads = plan.map(padOf);
  const needed = pads.some(([before, after]) => before + after > 0);
  const padded = needed ? pad(source, [[0, 0], ...pads, [0, 0]]) : source;
  const [outer, , , , inner] = source.shape as number[];
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
 * The sum over the taps of slice times matrix, [groups * batch, ...counts, columns]: matrices[tap] is
 * [groups, channels, columns], or its transpose. Each product is added up at once, so that only one slice is held.
 */
export function sumOverTaps(
    source: Tensor, plan: TapPlan, matrices: readonly Tensor[], groups: number, columns: number,
    transposed: boolean): Tensor {
  const [outer, , , , channels] = source.shape as number[];
  const counts = plan.map(axis => axis.count);
  const rows = outer / groups * product(counts);
  let sum: Tensor|undefined;
  let tap = 0;
  mapTaps(source, plan, slice => {
    const previous = sum;
    sum = tidy(() => {
      const term = matMul(reshape(slice, [groups, rows, channels]), matrices[tap], false, transposed);
      return previous === undefined ? term : add(previous, term);
    });
    previous?.dispose();
    slice.dispose();
    tap++;
  });
  return reshape(sum ?? zeros([groups, rows, columns]), [outer, ...counts, columns]);
}
