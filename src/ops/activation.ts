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

/** exp(min(x, 0)), whose derivative is itself below 0 and 0 above. */
const expBelowZero: Unary = elementwise(
  x => exp(minimum(x, 0)),
  x => mul(expBelowZero(x), not(isPositive(x))),
);

const belowZero: Unary = elementwise(
  x => minimum(x, 0),
  x => not(isPositive(x)),
);

/** The activations of one argument, and a slope. */
export type UnaryActivation = Exclude<Activation, 'linear' | 'prelu'>;

const VALUES: {readonly [A in UnaryActivation]: (x: Tensor, slope: number) => Tensor} = {
  relu: x => relu(x),
  relu6,
  elu: x => elu(x),
  sigmoid: x => sigmoid(x),
  leakyrelu: (x, slope) => leakyRelu(x, slope),
};

/** Their derivatives, which are differentiable to any order. */
export const DERIVATIVES: {readonly [A in UnaryActivation]: (x: Tensor, slope: number) => Tensor} = {
  relu: isPositive,
  relu6: x => mul(isPositive(x), not(isPositive(sub(x, 6)))),
  elu: x => add(isPositive(x), mul(not(isPositive(x)), expBelowZero(x))),
  sigmoid: x => mul(applyUnary('sigmoid', x, 0), not(applyUnary('sigmoid', x, 0))),
  leakyrelu: (x, slope) => step(x, slope),
};

const applyUnary = (activation: UnaryActivation, x: Tensor, slope: number): Tensor =>
  elementwise(
    t => VALUES[activation](t, slope),
    t => DERIVATIVES[activation](t, slope),
  )(x);

/** The gradients of prelu by x and by the slopes at dy, which are differentiable to any order. */
export const preluGradients = (dy: Tensor, x: Tensor, slopes: Tensor) => ({
  x: () => add(mul(dy, isPositive(x)), scale(mul(dy, not(isPositive(x))), slopes)),
  slopes: () => sumTo(mul(dy, belowZero(x)), slopes.shape),
});

const smoothPrelu: (x: Tensor, slopes: Tensor) => Tensor = withGradients(
  ([x, slopes]) => prelu(x, slopes),
  (dy, [x, slopes]) => {
    const gradients = preluGradients(dy, x, slopes);
    return [gradients.x(), gradients.slopes()];
  },
);

/** An activation with what it needs. */
export type ActivationStep =
  | {readonly activation: 'linear' | UnaryActivation; readonly leakyreluAlpha: number}
  | {readonly activation: 'prelu'; readonly slopes: Tensor};

/** Applies an activation as a step of its own, differentiable to any order. */
export function applyActivation(x: Tensor, how: ActivationStep): Tensor {
  if (how.activation === 'linear') return x;
  if (how.activation === 'prelu') return smoothPrelu(x, how.slopes);
  return applyUnary(how.activation, x, how.leakyreluAlpha);
}
