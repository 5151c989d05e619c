import {abs, add, div, erf, mean as meanOf, mul, rsqrt, square, sub} from '@tensorflow/tfjs-core';
import type {OpExecutor} from '@tensorflow/tfjs-converter';
import {scoped} from '../../ops/scoped.js';
import {checkedEpsilon} from './batch_norm.js';
import {nodeInput} from './node_inputs.js';

/* Ops that TensorFlow.js does not know and that Keras' networks of convolutions have. */

/** Checks that hold where a model was made, and that would wait for the device at every run, are not made again. */
export const assert: OpExecutor = () => [];

/** 1 - erf(x): the exact gelu has it. */
export const erfc: OpExecutor = node => scoped('Erfc', () => sub(1, erf(nodeInput('Erfc', node, 0, 'x'))));

/** x / (1 + |x|). */
export const softsign: OpExecutor = node => {
  const x = nodeInput('Softsign', node, 0, 'x');
  return scoped('Softsign', () => div(x, add(1, abs(x))));
};

/** TensorFlow's default. */
const EPSILON = 1e-3;

/** Layer normalization over the last axis: (x - mean) / sqrt(variance + epsilon) * scale + offset. */
export const layerNorm: OpExecutor = node => {
  const op = '_MklLayerNorm';
  const [x, scale, offset] = ['x', 'scale', 'offset'].map((name, i) => nodeInput(op, node, i, name));
  const epsilon = checkedEpsilon(op, node.attrs.epsilon ?? EPSILON);
  return scoped(op, () => {
    const centered = sub(x, meanOf(x, -1, true));
    const deviation = rsqrt(add(meanOf(square(centered), -1, true), epsilon));
    return add(mul(mul(centered, deviation), scale), offset);
  });
};
