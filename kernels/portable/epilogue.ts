import {add, elu, leakyRelu, relu, reshape, sigmoid} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {Activation} from '../../src/geometry/options.js';
import {prelu, relu6} from '../../src/registry/activations.js';
import type {EpilogueAttrs, EpilogueInputs} from '../../src/registry/kernel_names.js';

const UNARY: {readonly [A in Exclude<Activation, 'prelu'>]: (x: Tensor, slope: number) => Tensor} = {
  linear: x => x,
  relu,
  relu6,
  elu,
  sigmoid,
  leakyrelu: leakyRelu,
};

/** y = activation(y + bias), for y of rank 5. */
export function applyEpilogue(
  y: Tensor,
  channelsLast: boolean,
  {bias, preluActivationWeights: slopes}: EpilogueInputs,
  {activation, leakyreluAlpha}: EpilogueAttrs,
): Tensor {
  // Not [t.size] alone, which TensorFlow.js' programs on webgpu do not add to tensors of rank 5.
  const perChannel = (t: Tensor) => reshape(t, channelsLast ? [1, t.size] : [t.size, 1, 1, 1]);
  const sum = bias === undefined ? y : add(y, perChannel(bias));
  if (activation !== 'prelu') return UNARY[activation](sum, leakyreluAlpha);
  return slopes === undefined ? sum : prelu(sum, perChannel(slopes));
}
