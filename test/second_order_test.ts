import * as tf from '@tensorflow/tfjs';
import {CURVES} from './activations.js';
import type {Curve} from './activations.js';
import {BACKENDS} from './backends.js';
import {callOp} from './call.js';
import {CASES, costOf, titleOf} from './cases/index.js';
import type {Case, OpName} from './cases/index.js';
import {tensorsOf} from './conformance.js';
import {lossWeights, numbers, parameterValues} from './data.js';
import {expectWithin} from './expect_within.js';
import {evaluate, modelOf, secondGradients} from './model.js';
import type {Model} from './model.js';
import {product} from './sums.js';
import {given, plus, times} from './tolerance.js';

type Scalars = (...inputs: tf.Tensor[]) => tf.Scalar;

/** <a, b>. */
const inner = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.sum(tf.mul(a, b)) as tf.Scalar;

/** <dloss/dinput[slot], v> of the inputs, each of which it depends on: tf.grads rejects what it does not. */
const directional = (loss: Scalars, slot: number, v: tf.Tensor): Scalars => (...inputs) => inputs.reduce<tf.Scalar>(
    (sum, input) => tf.add(sum, tf.sum(tf.mul(input, 0))) as tf.Scalar, inner(tf.grads(loss)(inputs)[slot], v));

/** The loss <w, y> of the parameters and, last, of w. */
const lossOf = (one: Case, model: Model): Scalars => (...inputs) =>
    inner(callOp(one, model, inputs.slice(0, -1)), inputs[inputs.length - 1]);

/** Everything that a test of a case needs. */
function setUp(one: Case) {
  const model = modelOf(one);
  const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
  const weights = tf.tensor(Float32Array.from(w), [...model.map.outputShape]);
  return {model, values, w, tensors: [...tensorsOf(model, values), weights], loss: lossOf(one, model)};
}

const shapesOf = ({parameters, map}: Model) =>
    [...parameters, {name: 'w', shape: map.outputShape}] as ReadonlyArray<{name: string, shape: readonly number[]}>;

/** The gradient of <dL/dparameter, v> by everything, for every parameter, against the reference. */
function checkSecondOrder(label: string, one: Case): void {
  const {model, values, w, tensors, loss} = setUp(one);
  const shapes = shapesOf(model);
  model.parameters.forEach(({name, shape}, slot) => {
    const v = numbers(`${titleOf(one)} v ${name}`, product(shape), one.integers);
    const along = directional(loss, slot, tf.tensor(Float32Array.from(v), [...shape]));
    const expected = secondGradients(model, values, w, slot, v);
    tf.grads(along)(tensors).forEach((gradient, i) =>
        expectWithin(`${label} d<dL/d${name}, v>/d${shapes[i].name}`, gradient, shapes[i].shape, expected[i]));
  });
}

const OPS = [...new Set(CASES.map(({op}) => op))];

/** The cheapest case with options of each op. */
const oneOfEach = OPS.map(op => CASES
    .filter(one => one.op === op && one.x[0] > 0 && one.options !== undefined)
    .reduce((best, one) => costOf(one) < costOf(best) ? one : best));

/** The gradients are the same functions on every backend: on the plain one, one case of each op will do. */
const casesOf: {readonly [name: string]: readonly Case[]} = {
  cpu: [...new Set([...CASES.filter(one => costOf(one) < 3000), ...oneOfEach])],
  'plain-cpu': oneOfEach,
};

describe.each(BACKENDS)('second order on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));

  test.each(casesOf[name].map(one => [titleOf(one), one] as const))('%s', (title, one) =>
      tf.tidy(() => checkSecondOrder(`${title}, ${name}`, one)));

  test('every op has a case', () => {
    expect(new Set(casesOf[name].map(({op}) => op))).toEqual(new Set<OpName>(OPS));
  });
});

describe('third order', () => {
  beforeAll(() => tf.setBackend('cpu'));

  /** y is linear in each of x, filters and w, and so is each of its derivatives: integers stay exact. */
  test('of two stages, by x and both filters', () => tf.tidy(() => {
    const one: Case = {
      name: 'third order', op: 'spatiallySeparableConv2d', x: [1, 4, 5, 2], filters: [[2, 1, 2, 2], [1, 3, 2, 3]],
      integers: true, options: {strides: [1, 2], pad: 1},
    };
    const {model, w, tensors, loss} = setUp(one);
    const directions = model.parameters.map(({name, shape}) => numbers(`direction ${name}`, product(shape), true));
    const third = directions.reduce(
        (along, v, slot) => directional(along, slot, tf.tensor(Float32Array.from(v), tensors[slot].shape)), loss);
    const y = model.map.apply(directions.map(given)).values;
    expect(third(...tensors).dataSync()[0]).toBe(y.reduce((sum, value, i) => sum + value * w[i], 0));
  }));

  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  const smooth = {relative: 0, absolute: 16} as const;
  /** Third derivatives: |sigmoid''''| < 0.14; elu''' jumps by 1 at 0. */
  const THIRD: {readonly [activation in 'elu'|'sigmoid']: Curve} = {
    elu: {...smooth, value: z => z > 0 ? 0 : Math.exp(z), lipschitz: () => 1, jumps: () => [[0, 1]]},
    sigmoid: {
      ...smooth, value: z => sigmoid(z) * sigmoid(-z) * (1 - 6 * sigmoid(z) * sigmoid(-z)), lipschitz: () => 0.14,
      jumps: () => [],
    },
  };

  /** d/df of <d/dx <dL/dx, v>, u> = df(w a'''(z) Mv Mu; x) + df(w a''(z) Mv; u) + df(w a''(z) Mu; v), Mv = conv(v, f). */
  test.each(['elu', 'sigmoid'] as const)('of a convolution with %s, twice by x and by the filter', activation => tf.tidy(() => {
    const one: Case = {
      name: `third order, ${activation}`, op: 'conv2d', x: [2, 4, 5, 2], filters: [[2, 3, 2, 4]],
      options: {activation, strides: [1, 2], groups: 1, pad: [[1, 0], [0, 2]]},
    };
    const {model, values, w, tensors, loss} = setUp(one);
    const [v, u] = ['v', 'u'].map(name => numbers(name, values[0].length));
    const along = [v, u].reduce((f, d) => directional(f, 0, tf.tensor(Float32Array.from(d), [...one.x])), loss);
    const {inputs: [x, filter], along: at} = evaluate(model, values);
    const [mv, mu] = [v, u].map(d => model.map.apply([given(d), filter]));
    const byFilter = (image: Float64Array, curve: Curve, ...factors: Array<typeof x>) => model.map.adjoint(
        [given(image), filter], factors.reduce(times, times(given(w), at(curve))), 1);
    const second = CURVES[activation][2];
    const expected = plus(byFilter(x.values, THIRD[activation], mv, mu),
                          plus(byFilter(u, second, mv), byFilter(v, second, mu)));
    expectWithin(`third order, ${activation}`, tf.grads(along)(tensors)[1], one.filters[0], expected);
  }));
});
