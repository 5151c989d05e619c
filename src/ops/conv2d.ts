import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * 2-D convolution.
 *
 * ```text
 * y[b, oh, ow, c] = sum over kh, kw, i of
 *     x[b, oh * strideHeight - padHeight + kh * dilationHeight,
 *       ow * strideWidth - padWidth + kw * dilationWidth,
 *       g * inChannels / groups + i]
 *     * filter[kh, kw, i, c]        with g = floor(c / (outChannels / groups))
 * ```
 *
 * then plus bias[c], then the activation. x is 0 in the padding. The filter is not flipped (cross-correlation) unless
 * `flipFilter` is true.
 *
 * The padding before the first element of an axis is padHeight, padWidth.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param filter [kernelHeight, kernelWidth, inChannels / groups, outChannels], in every data format.
 * @param options see {@link ConvOptions}. `dataFormat` is 'NHWC' or 'NCHW'.
 * @returns [batch, outHeight, outWidth, outChannels], or [batch, outChannels, outHeight, outWidth] with 'NCHW', without
 *     the batch if x has none. Each size is floor((size + padBefore + padAfter - (kernel - 1) * dilation - 1) / stride)
 *     + 1.
 * @throws `conv2d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 8, 8, 4]);
 * const filter = tf.ones([3, 3, 2, 6]);
 * const y = conv2d(x, filter, {groups: 2, strides: 2, dilations: 2, pad: 'same', activation: 'relu'});
 * console.log(y.shape); // [1,4,4,6]
 * ```
 */
export function conv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: ConvOptions = {},
): T {
  return convND({op: 'conv2d', rank: 2}, x, filter, options);
}
