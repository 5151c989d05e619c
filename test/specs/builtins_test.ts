import * as tf from '@tensorflow/tfjs';
import '../support/backends.js';
import {BUILTINS} from '../support/builtins.js';
import {callOp} from '../support/call.js';
import {titleOf} from '../cases/index.js';
import {tensorsOf} from '../support/conformance.js';
import {lossWeights, parameterValues} from '../support/data.js';
import {expectWithin} from '../support/expect_within.js';
import {gradients, modelOf, output} from '../support/model.js';
import type {Bounded} from '../support/tolerance.js';

/** Ours and the built-in are each within the bound of the exact value, so within twice the bound of one another. */
const around = (builtin: tf.Tensor, {error}: Bounded): Bounded => ({
  values: Float64Array.from(builtin.dataSync()),
  error: error.map(e => 2 * e),
});

describe('the same as the built-in ops of TensorFlow.js', () => {
  beforeAll(() => tf.setBackend('cpu'));

  test.each(BUILTINS.map(builtin => [titleOf(builtin.one), builtin] as const))(
    '%s',
    (title, {one, call, differentiable}) =>
      tf.tidy(() => {
        const model = modelOf(one);
        const {
          parameters,
          map: {outputShape},
        } = model;
        const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
        const [tensors, weights] = [tensorsOf(model, values), tf.tensor(Float32Array.from(w), [...outputShape])];
        const ours = (inputs: tf.Tensor[]) => callOp(one, model, inputs);
        expectWithin(`${title} y`, ours(tensors), outputShape, around(call(tensors), output(model, values)));
        const gradientsOf = (op: (inputs: tf.Tensor[]) => tf.Tensor) =>
          tf.grads((...inputs) => tf.sum(tf.mul(op(inputs), weights)))(tensors);
        if (!differentiable) {
          expect(() => gradientsOf(call)).toThrow();
          return;
        }
        const [got, builtin, bounds] = [gradientsOf(ours), gradientsOf(call), gradients(model, values, w)];
        got.forEach((gradient, i) =>
          expectWithin(`${title} d${parameters[i].name}`, gradient, parameters[i].shape, around(builtin[i], bounds[i])),
        );
      }),
  );
});
