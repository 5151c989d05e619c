import * as tf from '@tensorflow/tfjs';
import {conv1d} from 'tfjs-conv';
import {CURVES} from '../support/activations.js';
import type {Curve} from '../support/activations.js';
import {BACKENDS} from '../support/backends.js';
import type {Case} from '../cases/index.js';
import {numbers} from '../support/data.js';
import {directional, setUp} from '../support/derivatives.js';
import {expectValuesWithin, expectWithin} from '../support/expect_within.js';
import {evaluate} from '../support/model.js';
import {product} from '../support/sums.js';
import {given, plus, times, UNIT_ROUNDOFF} from '../support/tolerance.js';

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

describe('third order', () => {
  beforeAll(() => tf.setBackend('cpu'));

  /** y is linear in each of x, filters and w, and so is each of its derivatives: integers stay exact. */
  test('of two stages, by x and both filters', () =>
    tf.tidy(() => {
      const one: Case = {
        name: 'third order',
        op: 'spatiallySeparableConv2d',
        x: [1, 4, 5, 2],
        filters: [
          [2, 1, 2, 2],
          [1, 3, 2, 3],
        ],
        integers: true,
        options: {strides: [1, 2], pad: 1},
      };
      const {model, w, tensors, loss} = setUp(one);
      const directions = model.parameters.map(({name, shape}) => numbers(`direction ${name}`, product(shape), true));
      const third = directions.reduce(
        (along, v, slot) => directional(along, slot, tf.tensor(Float32Array.from(v), tensors[slot].shape)),
        loss,
      );
      const y = model.map.apply(directions.map(given)).values;
      expect(third(...tensors).dataSync()[0]).toBe(y.reduce((sum, value, i) => sum + value * w[i], 0));
    }));

  const smooth = {relative: 0, absolute: 16} as const;
  /** Third derivatives: |sigmoid''''| < 0.14; elu''' jumps by 1 at 0. */
  const THIRD: {readonly [activation in 'elu' | 'sigmoid']: Curve} = {
    elu: {...smooth, value: z => (z > 0 ? 0 : Math.exp(z)), lipschitz: () => 1, jumps: () => [[0, 1]]},
    sigmoid: {
      ...smooth,
      value: z => sigmoid(z) * sigmoid(-z) * (1 - 6 * sigmoid(z) * sigmoid(-z)),
      lipschitz: () => 0.14,
      jumps: () => [],
    },
  };

  /** d/df of <d/dx <dL/dx, v>, u> = df(w a'''(z) Mv Mu; x) + df(w a''(z) Mv; u) + df(w a''(z) Mu; v), Mv = conv(v, f). */
  test.each(['elu', 'sigmoid'] as const)('of a convolution with %s, twice by x and by the filter', activation =>
    tf.tidy(() => {
      const one: Case = {
        name: `third order, ${activation}`,
        op: 'conv2d',
        x: [2, 4, 5, 2],
        filters: [[2, 3, 2, 4]],
        options: {
          activation,
          strides: [1, 2],
          groups: 1,
          pad: [
            [1, 0],
            [0, 2],
          ],
        },
      };
      const {model, values, w, tensors, loss} = setUp(one);
      const [v, u] = ['v', 'u'].map(name => numbers(name, values[0].length));
      const along = [v, u].reduce((f, d) => directional(f, 0, tf.tensor(Float32Array.from(d), [...one.x])), loss);
      const {
        inputs: [x, filter],
        along: at,
      } = evaluate(model, values);
      const [mv, mu] = [v, u].map(d => model.map.apply([given(d), filter]));
      const byFilter = (image: Float64Array, curve: Curve, ...factors: Array<typeof x>) =>
        model.map.adjoint([given(image), filter], factors.reduce(times, times(given(w), at(curve))), 1);
      const second = CURVES[activation][2];
      const expected = plus(
        byFilter(x.values, THIRD[activation], mv, mu),
        plus(byFilter(u, second, mv), byFilter(v, second, mu)),
      );
      expectWithin(`third order, ${activation}`, tf.grads(along)(tensors)[1], one.filters[0], expected);
    }),
  );
});

/**
 * The derivatives of an activation as polynomials p(s) of s = sigmoid(z), or of s = exp(z) below 0, by their
 * coefficients: dp/dz = p'(s) ds/dz with ds/dz = s - s^2, or s.
 */
function nextOrder(p: readonly number[], ds: readonly number[]): number[] {
  const next = new Array<number>(p.length + ds.length).fill(0);
  p.forEach((coefficient, n) =>
    ds.forEach((factor, m) => {
      if (n > 0) next[n - 1 + m] += n * coefficient * factor;
    }),
  );
  return next;
}

describe.each(BACKENDS)('activations to the fifth order on $name', ({name}) => {
  beforeAll(() => tf.setBackend(name));

  const z = [-3.5, -1.25, -0.5, 0.25, 1, 2.75];

  test.each([
    ['sigmoid', sigmoid, [0, 1, -1]],
    ['elu', (at: number) => (at < 0 ? Math.exp(at) : 0), [0, 1]],
  ] as const)('%s', (activation, s, ds) =>
    tf.tidy(() => {
      const filter = tf.ones([1, 1, 1]) as tf.Tensor3D;
      let f = (x: tf.Tensor): tf.Tensor => conv1d(x as tf.Tensor2D, filter, {activation});
      let p: readonly number[] = [0, 1];
      for (let order = 1; order <= 5; order++) {
        f = tf.grad(f);
        p = nextOrder(p, ds);
        const terms = (at: number) => p.map((coefficient, n) => coefficient * s(at) ** n);
        // Above 0, elu is the identity.
        const above = (at: number) => (activation === 'elu' && at > 0 && order === 1 ? 1 : 0);
        const expected = {
          values: Float64Array.from(z, at => terms(at).reduce((a, b) => a + b, above(at))),
          // Each differentiation doubles the products that there are, of up to order + 1 factors within 4 roundings each.
          error: Float64Array.from(
            z,
            at => 4 * (order + 1) * 2 ** order * UNIT_ROUNDOFF * terms(at).reduce((a, b) => a + Math.abs(b), above(at)),
          ),
        };
        expectValuesWithin(
          `${name}, ${activation}, order ${order}`,
          f(tf.tensor2d(z, [6, 1])).dataSync(),
          [6, 1],
          expected,
        );
      }
    }),
  );
});
