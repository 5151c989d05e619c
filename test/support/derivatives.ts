import * as tf from '@tensorflow/tfjs';
import {callOp} from './call.js';
import type {Case} from '../cases/index.js';
import {tensorsOf} from './conformance.js';
import {lossWeights, parameterValues} from './data.js';
import {modelOf} from './model.js';
import type {Model} from './model.js';

export type Scalars = (...inputs: tf.Tensor[]) => tf.Scalar;

/** <a, b>. */
const inner = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.sum(tf.mul(a, b)) as tf.Scalar;

/** <dloss/dinput[slot], v> of the inputs, each of which it depends on: tf.grads rejects what it does not. */
export const directional =
  (loss: Scalars, slot: number, v: tf.Tensor): Scalars =>
  (...inputs) =>
    inputs.reduce<tf.Scalar>(
      (sum, input) => tf.add(sum, tf.sum(tf.mul(input, 0))) as tf.Scalar,
      inner(tf.grads(loss)(inputs)[slot], v),
    );

/** The loss <w, y> of the parameters and, last, of w. */
const lossOf =
  (one: Case, model: Model): Scalars =>
  (...inputs) =>
    inner(callOp(one, model, inputs.slice(0, -1)), inputs[inputs.length - 1]);

/** Everything that a test of a case needs. */
export function setUp(one: Case) {
  const model = modelOf(one);
  const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
  const weights = tf.tensor(Float32Array.from(w), [...model.map.outputShape]);
  return {model, values, w, tensors: [...tensorsOf(model, values), weights], loss: lossOf(one, model)};
}
