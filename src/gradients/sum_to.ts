import {customGrad, mul, reshape, sum, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {factor} from '../registry/activations.js';

/*
 * Broadcasting and its gradient, also of empty tensors: there TensorFlow.js' `sum` returns unwritten memory on its wasm
 * backend and throws on webgl, and so do the gradients of its ops that broadcast.
 */

/** A function of tensors that says its own gradients. customGrad types the tensors and `save` as one kind of argument. */
export function withGradients(
  compute: (inputs: Tensor[]) => Tensor,
  gradients: (dy: Tensor, inputs: Tensor[]) => Tensor[],
): (...inputs: Tensor[]) => Tensor {
  return customGrad((...args) => {
    const save = args[args.length - 1] as unknown as (tensors: Tensor[]) => void;
    const inputs = args.slice(0, -1) as Tensor[];
    save(inputs);
    return {value: compute(inputs), gradFunc: (dy: Tensor, saved: Tensor[]) => gradients(dy, saved)};
  });
}

/**
 * Zeros of a shape that depend on t, of which one is empty: the sum of an empty tensor, and the broadcast of a tensor
 * to an empty one. Each is the gradient of the other.
 */
export const zerosFrom = (t: Tensor, shape: readonly number[]): Tensor =>
  withGradients(
    () => zeros([...shape]),
    dy => [zerosFrom(dy, t.shape)],
  )(t);

/** The sum of t over the axes along which a tensor of `shape` is broadcast to the shape of t. */
export function sumTo(t: Tensor, shape: number[]): Tensor {
  if (t.size === 0) return zerosFrom(t, shape);
  const added = t.rank - shape.length;
  const axes = t.shape.flatMap((size, axis) => (axis < added || (shape[axis - added] === 1 && size > 1) ? [axis] : []));
  return reshape(axes.length === 0 ? t : sum(t, axes), shape);
}

/** t * factors, which are broadcast to the shape of t; differentiable to any order. */
export const scale: (t: Tensor, factors: Tensor) => Tensor = withGradients(
  ([t, factors]) => mul(t, factor(factors)),
  (dy, [t, factors]) => [scale(dy, factors), sumTo(mul(dy, t), factors.shape)],
);
