import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';
import {withArgument} from './read_options.js';

/**
 * Dilated (atrous) 2-D convolution: neighbouring taps of the filter read pixels that are `dilations` apart, so that a
 * filter of k x k taps spans (k - 1) * dilation + 1 pixels in each direction. It goes together with strides, padding
 * and groups.
 *
 * ```text
 * y[b, oh, ow, c] = sum over kh, kw, i of
 *     x[b, oh * strideHeight - padHeight + kh * dilationHeight,
 *       ow * strideWidth - padWidth + kw * dilationWidth,
 *       g * inChannels / groups + i]
 *     * filter[kh, kw, i, c]        with g = floor(c / (outChannels / groups))
 * ```
 *
 * then plus bias[c], then the activation, as `conv2d`. Source: Yu and Koltun, arXiv:1511.07122.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param filter [kernelHeight, kernelWidth, inChannels / groups, outChannels], in every data format.
 * @param dilations a positive integer, or [height, width].
 * @param options see {@link ConvOptions}; without `dilations`.
 * @returns [batch, outHeight, outWidth, outChannels], or [batch, outChannels, outHeight, outWidth] with 'NCHW', without
 *     the batch if x has none; sizes as `conv2d`.
 * @throws `dilatedConv2d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 9, 9, 2]);
 * const filter = tf.ones([3, 3, 2, 4]);
 * console.log(dilatedConv2d(x, filter, [2, 3]).shape); // [1,5,3,4]
 * ```
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
