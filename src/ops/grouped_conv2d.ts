import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';
import {withArgument} from './read_options.js';

/**
 * Grouped 2-D convolution: filter c sees only the input channels of its group g = floor(c / (outChannels / groups)), so
 * that each group makes its part of the output channels from its part of the input channels. Formula and shapes are
 * those of `conv2d`. With as many groups as channels it is the depthwise convolution.
 * Source: Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012.
 *
 * @param groups a positive integer that divides inChannels and outChannels.
 * @param options those of `conv2d`, without groups.
 * @throws `groupedConv2d: <rule>; got <name>=<value>` before anything is computed.
 */
export function groupedConv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  groups: number,
  options: Omit<ConvOptions, 'groups'> = {},
): T {
  const op = 'groupedConv2d';
  return convND({op, rank: 2}, x, filter, withArgument(op, options, 'groups', groups));
}
