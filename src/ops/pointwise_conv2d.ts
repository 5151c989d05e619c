import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import {resolvePointwise} from '../geometry/resolve.js';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * 1x1 convolution: the channels of each pixel times a matrix. With fewer outChannels than inChannels it reduces the
 * dimension.
 *
 * ```text
 * y[b, oh, ow, c] = sum over i of
 *     x[b, oh * strideHeight - padHeight, ow * strideWidth - padWidth, g * inChannels / groups + i]
 *     * filter[0, 0, i, c]        with g = floor(c / (outChannels / groups))
 * ```
 *
 * then plus bias[c], then the activation, as `conv2d`.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param filter [1, 1, inChannels / groups, outChannels], in every data format.
 * @param options see {@link ConvOptions}.
 * @returns [batch, outHeight, outWidth, outChannels], or [batch, outChannels, outHeight, outWidth] with 'NCHW', without
 *     the batch if x has none; sizes as `conv2d`.
 * @throws `pointwiseConv2d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]);
 * const sums = pointwiseConv2d(x, tf.ones([1, 1, 2, 1]));
 * console.log([...sums.dataSync()]); // [3,7]
 * ```
 */
export function pointwiseConv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: ConvOptions = {},
): T {
  return convND({op: 'pointwiseConv2d', rank: 2, resolve: resolvePointwise}, x, filter, options);
}
