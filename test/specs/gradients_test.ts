import {CASES, costOf, titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {epilogueCases} from '../cases/epilogue.js';
import {lossWeights, numbers, parameterValues} from '../support/data.js';
import {evaluate, gradients, modelOf, output, secondGradients} from '../support/model.js';
import type {Model} from '../support/model.js';
import {convAxes, transposedAxes} from '../support/reference.js';

/*
 * The reference itself: sizes that others have published, sums by hand, and its gradients against central differences
 * of what they are the gradients of.
 */

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i], 0);
const magnitude = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value * b[i]), 0);

/** The values with `step` times `direction` added to the parameter number `slot`. */
const moved = (values: readonly Float64Array[], slot: number, direction: Float64Array, step: number): Float64Array[] =>
  values.map((value, i) => (i === slot ? value.map((v, j) => v + step * direction[j]) : value));

const STEP = 1e-4;

/** (f(values + STEP) - f(values - STEP)) / (2 STEP). */
function centralDifference(
  values: readonly Float64Array[],
  slot: number,
  direction: Float64Array,
  f: (values: readonly Float64Array[]) => number,
): number {
  const [up, down] = [STEP, -STEP].map(step => f(moved(values, slot, direction, step)));
  return (up - down) / (2 * STEP);
}

/** Whether no sum crosses a kink of the activation on the way: there a central difference is no derivative. */
function isSmooth(model: Model, values: readonly Float64Array[], slot: number, direction: Float64Array): boolean {
  const kinks = new Set(model.curves.flatMap(curve => curve.jumps(0).map(([at]) => at)));
  if (kinks.size === 0) return true;
  const [low, high] = [-STEP, STEP].map(step => evaluate(model, moved(values, slot, direction, step)).z.values);
  return low.every((z, i) => [...kinks].every(kink => z < kink === high[i] < kink));
}

/** Truncation, with derivatives of the third order times the square of the step, and cancellation. */
const closeTo = (got: number, expected: number, scale: number): boolean =>
  Math.abs(got - expected) <= 1e-6 * (1 + scale);

/** Not empty, and cheap; of the many with bias and activation those of one op. */
const chosen = CASES.filter(
  one => one.x[0] > 0 && costOf(one) < 20000 && (one.op === 'conv2d' || !epilogueCases.includes(one)),
);

/** A direction in which the loss is smooth: one of a few drawn ones, since each moves many sums at once. */
const smoothDirections = (one: Case, model: Model, values: readonly Float64Array[], slot: number): Float64Array[] =>
  [0, 1, 2, 3]
    .map(n => numbers(`${titleOf(one)} direction ${slot} ${n}`, values[slot].length))
    .filter(direction => isSmooth(model, values, slot, direction))
    .slice(0, 1);

test.each(chosen.map(one => [titleOf(one), one] as const))('gradients of the reference, %s', (_, one) => {
  const model = modelOf(one);
  const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
  const loss = (at: readonly Float64Array[]) => dot(output(model, at).values, w);
  const analytic = gradients(model, values, w);
  let compared = 0;
  values.forEach((_value, slot) =>
    smoothDirections(one, model, values, slot).forEach(direction => {
      const expected = centralDifference(values, slot, direction, loss);
      const got = dot(analytic[slot].values, direction);
      expect([got, expected, closeTo(got, expected, magnitude(analytic[slot].values, direction))]).toEqual([
        got,
        expected,
        true,
      ]);
      compared++;
    }),
  );
  expect(compared).toBeGreaterThan(0);
});

test.each(chosen.filter((_, i) => i % 4 === 0).map(one => [titleOf(one), one] as const))(
  'second gradients of the reference, %s',
  (_, one) => {
    const model = modelOf(one);
    const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
    values.forEach((_value, slot) => {
      const v = numbers(`${titleOf(one)} v ${slot}`, values[slot].length);
      const all = [...values, w];
      const analytic = secondGradients(model, values, w, slot, v);
      const first = (at: readonly Float64Array[]) =>
        dot(gradients(model, at.slice(0, -1), at[at.length - 1])[slot].values, v);
      all.forEach((_other, other) => {
        const directions =
          other === values.length ? [numbers('dw', w.length)] : smoothDirections(one, model, values, other);
        directions.forEach(direction => {
          const expected = centralDifference(all, other, direction, first);
          const got = dot(analytic[other].values, direction);
          expect([got, expected, closeTo(got, expected, magnitude(analytic[other].values, direction))]).toEqual([
            got,
            expected,
            true,
          ]);
        });
      });
    });
  },
);

describe('the reference by hand', () => {
  const axes = (input: number, kernel: number, options: Parameters<typeof convAxes>[2]) => {
    const [{output: size, padBefore}] = convAxes([input], [kernel], options);
    return [size, padBefore];
  };

  test('sizes and padding of convolutions', () => {
    // Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", sections 2.1 to 2.4 and 5.1.
    expect(axes(4, 3, {})).toEqual([2, 0]);
    expect(axes(5, 4, {pad: 2})).toEqual([6, 2]);
    expect(axes(5, 3, {pad: 1, strides: 2})).toEqual([3, 1]);
    expect(axes(6, 3, {pad: 1, strides: 2})).toEqual([3, 1]);
    expect(axes(7, 3, {dilations: 2})).toEqual([3, 0]);
    // TensorFlow's guide to padding: the odd element goes behind.
    expect(axes(13, 6, {pad: 'same', strides: 5})).toEqual([3, 1]);
    expect(axes(13, 6, {pad: 'valid', strides: 5})).toEqual([2, 0]);
    expect(axes(5, 2, {pad: 'same'})).toEqual([5, 0]);
    expect(axes(5, 1, {pad: 'same', strides: 3})).toEqual([2, 0]);
    expect(axes(5, 3, {pad: 'causal', dilations: 2})).toEqual([5, 4]);
  });

  test('sizes of transposed convolutions', () => {
    const size = (input: number, kernel: number, options: Parameters<typeof transposedAxes>[2]) =>
      transposedAxes([input], [kernel], options)[0].input;
    expect(size(2, 3, {})).toBe(4);
    expect(size(6, 4, {pad: 2})).toBe(5);
    expect(size(3, 3, {pad: 1, strides: 2})).toBe(5);
    expect(size(3, 3, {pad: 1, strides: 2, outputPadding: 1})).toBe(6);
    expect(size(3, 5, {pad: 'same', strides: 2})).toBe(6);
    expect(size(4, 3, {pad: 'causal', strides: 2})).toBe(7);
  });

  const valueOf = (one: Omit<Case, 'name'>, ...values: number[][]) => [
    ...output(
      modelOf({...one, name: ''}),
      values.map(value => Float64Array.from(value)),
    ).values,
  ];

  test('sums', () => {
    expect(valueOf({op: 'conv1d', x: [4, 1], filters: [[2, 1, 1]]}, [1, 2, 3, 4], [10, 1])).toEqual([12, 23, 34]);
    expect(
      valueOf({op: 'conv1d', x: [4, 1], filters: [[2, 1, 1]], options: {flipFilter: true}}, [1, 2, 3, 4], [10, 1]),
    ).toEqual([21, 32, 43]);
    expect(
      valueOf(
        {op: 'conv1d', x: [3, 1], filters: [[2, 1, 1]], options: {pad: 'causal', dilations: 2}},
        [1, 2, 3],
        [10, 1],
      ),
    ).toEqual([1, 2, 13]);
    expect(
      valueOf({op: 'conv1d', x: [2, 2], filters: [[1, 1, 4]], options: {groups: 2}}, [1, 2, 3, 4], [1, 10, 100, 1000]),
    ).toEqual([1, 10, 200, 2000, 3, 30, 400, 4000]);
    expect(
      valueOf({op: 'conv1dTranspose', x: [2, 1], filters: [[3, 1, 1]], options: {strides: 2}}, [1, 2], [1, 10, 100]),
    ).toEqual([1, 10, 102, 20, 200]);
    expect(valueOf({op: 'depthwiseConv2d', x: [1, 1, 2], filters: [[1, 1, 2, 2]]}, [1, 2], [1, 10, 100, 1000])).toEqual(
      [1, 10, 200, 2000],
    );
    expect(valueOf({op: 'convMatrix', x: [1, 3], filters: [[1, 2]]}, [1, 2])).toEqual([1, 2, 0, 0, 1, 2]);
    expect(
      valueOf(
        {op: 'conv2d', x: [2, 1, 2], filters: [[1, 1, 2, 1]], options: {dataFormat: 'NCHW', bias: true}},
        [1, 2, 3, 4],
        [10, 1],
        [0.5],
      ),
    ).toEqual([13.5, 24.5]);
  });
});
