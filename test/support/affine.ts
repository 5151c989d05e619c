import * as tf from '@tensorflow/tfjs';
import type {RandomCall} from '../cases/random_builtin.js';
import {numbers} from './data.js';
import {directional, sumOf} from './derivatives.js';
import {product} from './sums.js';

/*
 * A convolution f is affine in each of its inputs, so that its derivatives are differences of its values: with
 * L = <w, f(a, b)>,
 *
 *     <dL/da, v> = <w, f(v, b) - f(0, b)>      <d<dL/da, v>/db, u> = <w, f(v, u) - f(0, u) - f(v, 0) + f(0, 0)>
 *
 * Sums of small integers are exact but for Winograd's algorithm.
 */

/** A call of a kernel of TensorFlow.js; a fused one runs through its op, which records a gradient of its own. */
export type BuiltinCall = Pick<RandomCall, 'kernel' | 'inputs' | 'attrs'>;

const FUSED_OPS: {readonly [kernel: string]: (options: never) => tf.Tensor} = {
  FusedConv2D: tf.fused.conv2d,
  FusedDepthwiseConv2D: tf.fused.depthwiseConv2d,
};

/** The call as a function of its inputs in their order. */
function functionOf({kernel, inputs, attrs}: BuiltinCall): (...tensors: tf.Tensor[]) => tf.Tensor {
  const names = Object.keys(inputs);
  return (...tensors) => {
    const given = Object.fromEntries(names.map((name, i) => [name, tensors[i]])) as tf.NamedTensorMap;
    // A call knows its inputs and attributes only at run time.
    return kernel in FUSED_OPS
      ? FUSED_OPS[kernel]({...given, ...attrs} as never)
      : tf.engine().runKernel(kernel, given, attrs as tf.NamedAttrMap);
  };
}

/** Tensors of small integers for the inputs of a call; a name for each set of them. */
const integersFor = ({inputs}: Pick<BuiltinCall, 'inputs'>, name: string): tf.Tensor[] =>
  Object.entries(inputs).map(([input, shape]) =>
    tf.tensor(Float32Array.from(numbers(`${name} ${input}`, product(shape), true)), [...shape]),
  );

const dot = (a: tf.Tensor, b: tf.Tensor): number => {
  const values = b.dataSync();
  return Array.from(a.dataSync()).reduce((sum, value, i) => sum + value * values[i], 0);
};

const replaced = (tensors: readonly tf.Tensor[], at: number, by: tf.Tensor): tf.Tensor[] =>
  tensors.map((tensor, i) => (i === at ? by : tensor));

/** What is wrong with the gradients of a call on the current backend, of the first and of the second order. */
export function wrongGradients(call: BuiltinCall): string[] {
  const f = functionOf(call);
  const [a, v, u] = ['a', 'v', 'u'].map(name => integersFor(call, name));
  const [w] = integersFor({inputs: {w: f(...a).shape}}, 'w');
  const zeros = a.map(tensor => tf.zerosLike(tensor));
  const along = (inputs: readonly tf.Tensor[]): number => dot(w, f(...inputs));
  // No value is larger than 4.
  const scale = dot(tf.abs(w), tf.abs(f(...a.map(({shape}) => tf.fill(shape, 4)))));
  const loss = (...inputs: tf.Tensor[]): tf.Scalar => sumOf(tf.mul(f(...inputs), w));
  const off = (what: string, got: number, expected: number): string[] =>
    Math.abs(got - expected) <= 1e-6 * scale ? [] : [`${what}: ${got}, not ${expected}`];
  const first = tf.grads(loss)(a);
  const names = Object.keys(call.inputs);
  return names.flatMap((name, i) => {
    const difference = (at: readonly tf.Tensor[]): number =>
      along(replaced(at, i, v[i])) - along(replaced(at, i, zeros[i]));
    const second = tf.grads(directional(loss, i, v[i]))(a);
    return [
      ...off(`d${name}`, dot(first[i], v[i]), difference(a)),
      ...names.flatMap((other, j) =>
        off(
          `d${name} d${other}`,
          dot(second[j], u[j]),
          i === j ? 0 : difference(replaced(a, j, u[j])) - difference(replaced(a, j, zeros[j])),
        ),
      ),
    ];
  });
}
