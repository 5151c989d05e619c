import * as tf from '@tensorflow/tfjs';
import {callOp} from './call.js';
import {titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {tensorsOf} from './conformance.js';
import {lossWeights, numbers, parameterValues} from './data.js';
import {expectWithin} from './expect_within.js';
import {gradients, modelOf, secondGradients} from './model.js';
import type {Model} from './model.js';
import {product} from './sums.js';

export type Scalars = (...inputs: tf.Tensor[]) => tf.Scalar;

/** The sum of all elements, and of one more that is 0: TensorFlow.js' sum of nothing is an error on some backends. */
export const sumOf = (t: tf.Tensor): tf.Scalar => tf.sum(tf.concat([tf.reshape(t, [t.size]), tf.zeros([1])]));

/** <a, b>. */
const inner = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => sumOf(tf.mul(a, b));

/** <dloss/dinput[slot], v> of the inputs, each of which it depends on: tf.grads rejects what it does not. */
export const directional =
  (loss: Scalars, slot: number, v: tf.Tensor): Scalars =>
  (...inputs) =>
    inputs.reduce<tf.Scalar>(
      (sum, input) => tf.add(sum, sumOf(tf.mul(input, 0))) as tf.Scalar,
      inner(tf.grads(loss)(inputs)[slot], v),
    );

/** An op of the parameters of a case. */
type Op = (tensors: readonly tf.Tensor[]) => tf.Tensor;

/** The loss <w, y> of the parameters and, last, of w. */
const lossOf =
  (op: Op): Scalars =>
  (...inputs) =>
    inner(op(inputs.slice(0, -1)), inputs[inputs.length - 1]);

/** Everything that a test of a case needs; `op` computes it. */
export function setUp(one: Case, op: Op = tensors => callOp(one, modelOf(one), tensors)) {
  const model = modelOf(one);
  const [values, w] = [parameterValues(one, model), lossWeights(one, model)];
  const weights = tf.tensor(Float32Array.from(w), [...model.map.outputShape]);
  return {model, values, w, tensors: [...tensorsOf(model, values), weights], loss: lossOf(op)};
}

/** The gradient of <w, y> by every parameter, against the reference. */
export function checkFirstOrder(label: string, one: Case, op?: Op): void {
  const {model, values, w, tensors, loss} = setUp(one, op);
  const expected = gradients(model, values, w);
  model.parameters.forEach(({name, shape}, i) =>
    expectWithin(`${label} d${name}`, tf.grads(loss)(tensors)[i], shape, expected[i]),
  );
}

/** Of the parameters, and last of w. */
const shapesOf = ({parameters, map}: Model) =>
  [...parameters, {name: 'w', shape: map.outputShape}] as ReadonlyArray<{name: string; shape: readonly number[]}>;

/** The gradient of <dL/dparameter, v> by everything, for every parameter, against the reference. */
export function checkSecondOrder(label: string, one: Case, op?: Op): void {
  const {model, values, w, tensors, loss} = setUp(one, op);
  const shapes = shapesOf(model);
  model.parameters.forEach(({name, shape}, slot) => {
    const v = numbers(`${titleOf(one)} v ${name}`, product(shape), one.integers);
    const along = directional(loss, slot, tf.tensor(Float32Array.from(v), [...shape]));
    const expected = secondGradients(model, values, w, slot, v);
    tf.grads(along)(tensors).forEach((gradient, i) =>
      expectWithin(`${label} d<dL/d${name}, v>/d${shapes[i].name}`, gradient, shapes[i].shape, expected[i]),
    );
  });
}
