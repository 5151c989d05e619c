import {add, elu, exp, leakyRelu, minimum, mul, relu, sigmoid, step, sub} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {Activation} from '../geometry/options.js';
import {scale, sumTo, withGradients} from '../gradients/sum_to.js';
import {prelu, relu6} from '../registry/activations.js';

type Unary = (x: Tensor) => Tensor;

/**
 * An elementwise function from its value and its derivative. Only the input is saved: TensorFlow.js loses the second
 * derivative of what is saved of an output (its own sigmoid and exp), and has no gradient for the comparisons that its
 * piecewise linear activations use.
 */
function elementwise(value: Unary, derivative: Unary): Unary {
  const op = withGradients(
    ([x]) => value(x),
    (dy, [x]) => [mul(dy, derivative(x))],
  );
  return x => op(x);
}

const not = (x: Tensor): Tensor => sub(1, x);
const isPositive: Unary = x => step(x);

const smoothSigmoid: Unary = elementwise(sigmoid, x => mul(smoothSigmoid(x), not(smoothSigmoid(x))));

/** exp(min(x, 0)), whose derivative is itself below 0 and 0 above. */
const expBelowZero: Unary = elementwise(
  x => exp(minimum(x, 0)),
  x => mul(expBelowZero(x), not(isPositive(x))),
);
const smoothElu: Unary = elementwise(elu, x => add(isPositive(x), mul(not(isPositive(x)), expBelowZero(x))));

const smoothRelu = elementwise(relu, isPositive);
const smoothRelu6 = elementwise(relu6, x => mul(isPositive(x), not(isPositive(sub(x, 6)))));

const belowZero: Unary = elementwise(
  x => minimum(x, 0),
  x => not(isPositive(x)),
);

const smoothPrelu: (x: Tensor, slopes: Tensor) => Tensor = withGradients(
  ([x, slopes]) => prelu(x, slopes),
  (dy, [x, slopes]) => [
    add(mul(dy, isPositive(x)), scale(mul(dy, not(isPositive(x))), slopes)),
    sumTo(mul(dy, belowZero(x)), slopes.shape),
  ],
);

/** An activation with what it needs. */
export type ActivationStep =
  | {readonly activation: Exclude<Activation, 'prelu'>; readonly leakyreluAlpha: number}
  | {readonly activation: 'prelu'; readonly slopes: Tensor};

/** The activations of one argument, and a slope. */
const UNARY: {readonly [A in Exclude<Activation, 'prelu'>]: (x: Tensor, slope: number) => Tensor} = {
  linear: x => x,
  relu: smoothRelu,
  relu6: smoothRelu6,
  elu: smoothElu,
  sigmoid: smoothSigmoid,
  leakyrelu: (x, slope) =>
    elementwise(
      t => leakyRelu(t, slope),
      t => step(t, slope),
    )(x),
};

/** Applies an activation as a step of its own, differentiable to any order. */
export const applyActivation = (x: Tensor, how: ActivationStep): Tensor =>
  how.activation === 'prelu' ? smoothPrelu(x, how.slopes) : UNARY[how.activation](x, how.leakyreluAlpha);
