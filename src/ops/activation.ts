import {add, customGrad, elu, exp, leakyRelu, minimum, mul, relu, sigmoid, step, sub} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {Activation} from '../geometry/options.js';

type Unary = (x: Tensor) => Tensor;

/**
 * An elementwise function from its value and its derivative. Only the input is saved: TensorFlow.js loses the second
 * derivative of what is saved of an output (its own sigmoid and exp), and has no gradient for the comparisons that its
 * piecewise linear activations use.
 */
function elementwise(value: Unary, derivative: Unary): Unary {
  const op = customGrad((x, save) => {
    const input = x as Tensor;
    // customGrad types `save` as one of the arguments.
    (save as unknown as (tensors: Tensor[]) => void)([input]);
    return {value: value(input), gradFunc: (dy: Tensor, saved: Tensor[]) => [mul(dy, derivative(saved[0]))]};
  });
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
// TensorFlow.js' relu6 of NaN is 0 on its wasm backend.
const smoothRelu6 = elementwise(
  x => minimum(relu(x), 6),
  x => mul(isPositive(x), not(isPositive(sub(x, 6)))),
);

function smoothPrelu(x: Tensor, slopes: Tensor): Tensor {
  const negative = elementwise(
    t => minimum(t, 0),
    t => not(isPositive(t)),
  );
  return add(smoothRelu(x), mul(negative(x), slopes));
}

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
