import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';
import {withArgument} from './read_options.js';

/**
 * Grouped 2-D convolution: output channel c reads only the input channels of its group, so that each group makes its
 * part of the output channels from its part of the input channels. With as many groups as channels it is the depthwise
 * convolution.
 *
 * ```text
 * y[b, oh, ow, c] = sum over kh, kw, i of
 *     x[b, oh * strideHeight - padHeight + kh * dilationHeight,
 *       ow * strideWidth - padWidth + kw * dilationWidth,
 *       g * inChannels / groups + i]
 *     * filter[kh, kw, i, c]        with g = floor(c / (outChannels / groups))
 * ```
 *
 * then plus bias[c], then the activation, as `conv2d`. Source: Krizhevsky et al., "ImageNet Classification with Deep
 * Convolutional Neural Networks", 2012.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param filter [kernelHeight, kernelWidth, inChannels / groups, outChannels], in every data format.
 * @param groups a positive integer that divides inChannels and outChannels.
 * @param options see {@link ConvOptions}; without `groups`.
 * @returns [batch, outHeight, outWidth, outChannels], or [batch, outChannels, outHeight, outWidth] with 'NCHW', without
 *     the batch if x has none; sizes as `conv2d`.
 * @throws `groupedConv2d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 8, 8, 6]);
 * const filter = tf.ones([3, 3, 2, 9]);
 * console.log(groupedConv2d(x, filter, 3, {pad: 'same'}).shape); // [1,8,8,9]
 * ```
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
