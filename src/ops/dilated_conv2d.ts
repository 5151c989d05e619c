import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';
import {withArgument} from './read_options.js';

/**
 * Dilated (atrous) 2-D convolution: neighbouring taps of the filter meet pixels `dilations` apart, so that a
 * k x k filter spans (k - 1) * dilation + 1 pixels each way. It goes together with strides, padding and groups.
 * Formula and shapes are those of `conv2d`. Source: Yu and Koltun, arXiv:1511.07122.
 *
 * @param dilations one positive integer, or [height, width].
 * @param options those of `conv2d`, without dilations.
 * @throws `dilatedConv2d: <rule>; got <name>=<value>` before anything is computed.
 */
export function dilatedConv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  dilations: number | number[],
  options: Omit<ConvOptions, 'dilations'> = {},
): T {
  const op = 'dilatedConv2d';
  return convND({op, rank: 2}, x, filter, withArgument(op, options, 'dilations', dilations));
}
