import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import {resolveDepthwise} from '../geometry/resolve.js';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * Depthwise 2-D convolution: each input channel has `channelMultiplier` filters of its own.
 *
 * ```text
 * y[b, oh, ow, i * channelMultiplier + m] = sum over kh, kw of
 *     x[b, oh * strideHeight - padHeight + kh * dilationHeight, ow * strideWidth - padWidth + kw * dilationWidth, i]
 *     * filter[kh, kw, i, m]
 * ```
 *
 * then plus bias, then the activation, as `conv2d`.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param filter [kernelHeight, kernelWidth, inChannels, channelMultiplier], in every data format.
 * @param options see {@link ConvOptions}; without `groups`, which are the channels.
 * @returns [batch, outHeight, outWidth, inChannels * channelMultiplier], or [batch, inChannels * channelMultiplier,
 *     outHeight, outWidth] with 'NCHW', without the batch if x has none; sizes as `conv2d`.
 * @throws `depthwiseConv2d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 9, 9, 3]);
 * const blur = tf.fill([3, 3, 3, 1], 1 / 9);
 * console.log(depthwiseConv2d(x, blur, {dilations: 2, pad: 'same'}).shape); // [1,9,9,3]
 * ```
 */
export function depthwiseConv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: Omit<ConvOptions, 'groups'> = {},
): T {
  return convND({op: 'depthwiseConv2d', rank: 2, resolve: resolveDepthwise}, x, filter, options);
}
