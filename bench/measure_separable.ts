import {tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor4D} from '@tensorflow/tfjs-core';
import {conv2d, depthwiseConv2d, depthwiseSeparableConv2d, spatiallySeparableConv2d} from 'tfjs-conv';
import {product} from '../src/geometry/conv.js';
import type {Comparison} from './compare.js';
import {measure, pseudoRandom} from './measure.js';
import type {Contestant, Measured, MeasureOptions} from './measure.js';
import type {Runtime} from './peers/peer.js';
import {output} from './peers/tfjs.js';
import type {BackendPeer} from './peers/tfjs.js';
import {filtersOf} from './separable.js';
import type {SeparableRow} from './separable.js';

/** How a row is computed. */
export const FORMS = {op: 'one call', two: 'two calls', full: 'whole filter'} as const;
type Form = (typeof FORMS)[keyof typeof FORMS];

/** The name of what is timed. */
export const separableName = ({name}: Pick<Runtime, 'name'>, form: Form): string => `${name}, ${form}`;

/** Of one call on a backend: with both calls one after the other, the filter that they are together, and others. */
export function separableComparisons(
  runtime: Pick<BackendPeer, 'name' | 'backend'>,
  ...others: string[]
): Comparison[] {
  const compare = (title: string, name: string): Comparison => ({
    title: `${runtime.backend}: ${title}`,
    ours: separableName(runtime, FORMS.op),
    against: [name],
  });
  return [
    compare(FORMS.two, separableName(runtime, FORMS.two)),
    compare(FORMS.full, separableName(runtime, FORMS.full)),
    ...others.map(name => compare(name, name)),
  ];
}

/** The ops of a row, by how they compute it. */
function runsOf(row: SeparableRow) {
  const {groups} = filtersOf(row);
  const convolve = (x: Tensor4D, filter: Tensor4D, count: number) => conv2d(x, filter, {pad: 'same', groups: count});
  return row.op === 'spatiallySeparableConv2d'
    ? {
        [FORMS.op]: (x: Tensor4D, first: Tensor4D, second: Tensor4D) =>
          spatiallySeparableConv2d(x, first, second, {pad: 'same', groups: groups[0]}),
        [FORMS.two]: (x: Tensor4D, first: Tensor4D, second: Tensor4D) =>
          convolve(convolve(x, first, groups[0]), second, groups[1]),
        [FORMS.full]: (x: Tensor4D, _first: Tensor4D, _second: Tensor4D, full: Tensor4D) =>
          convolve(x, full, groups[2]),
      }
    : {
        [FORMS.op]: (x: Tensor4D, first: Tensor4D, second: Tensor4D) =>
          depthwiseSeparableConv2d(x, first, second, {pad: 'same'}),
        [FORMS.two]: (x: Tensor4D, first: Tensor4D, second: Tensor4D) =>
          convolve(depthwiseConv2d(x, first, {pad: 'same'}), second, groups[1]),
        [FORMS.full]: (x: Tensor4D, _first: Tensor4D, _second: Tensor4D, full: Tensor4D) =>
          convolve(x, full, groups[2]),
      };
}

/** A row on a backend of TensorFlow.js, in each form. */
export function separableOn(row: SeparableRow, runtime: Runtime, x = imageOf(row)): Contestant[] {
  const runs = runsOf(row);
  return Object.values(FORMS).map(form => ({
    ...runtime,
    name: separableName(runtime, form),
    prepare: () => {
      const {first, second, full} = filtersOf(row);
      const image = tensor(x, [...row.x]) as Tensor4D;
      const [f, s, whole] = [first, second, full].map(({values, shape}) => tensor(values, [...shape]) as Tensor4D);
      return Promise.resolve({
        run: () => output(tidy(() => runs[form](image, f, s, whole))),
        dispose: () => [image, f, s, whole].forEach(one => one.dispose()),
      });
    },
  }));
}

export const imageOf = ({x}: SeparableRow): Float32Array => pseudoRandom(product(x), 1);

/** A result that is off by more than 2^-13 of the largest one is wrong. */
export const separableBound = (largest: number): number => largest * 2 ** -13;

/** Runs one row on backends, and on what else computes it. */
export const measureSeparable = (
  row: SeparableRow,
  runtimes: readonly Runtime[],
  others: readonly Contestant[],
  options: Pick<MeasureOptions, 'rounds' | 'timeEach'>,
): Promise<Measured> =>
  measure(row.name, [...runtimes.flatMap(runtime => separableOn(row, runtime)), ...others], {
    ...options,
    bound: separableBound,
  });
