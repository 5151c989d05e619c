import type {Tensor4D, Tensor5D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * 3-D convolution.
 *
 * ```text
 * y[b, od, oh, ow, c] = sum over kd, kh, kw, i of
 *     x[b, od * strideDepth - padDepth + kd * dilationDepth,
 *       oh * strideHeight - padHeight + kh * dilationHeight,
 *       ow * strideWidth - padWidth + kw * dilationWidth,
 *       g * inChannels / groups + i]
 *     * filter[kd, kh, kw, i, c]        with g = floor(c / (outChannels / groups))
 * ```
 *
 * then plus bias[c], then the activation. x is 0 in the padding. The filter is not flipped (cross-correlation) unless
 * `flipFilter` is true.
 *
 * The padding before the first element of an axis is padDepth, padHeight, padWidth.
 *
 * @param x [batch, depth, height, width, inChannels], or [batch, inChannels, depth, height, width] with `dataFormat`
 *     'NCDHW'; the batch may be left out.
 * @param filter [kernelDepth, kernelHeight, kernelWidth, inChannels / groups, outChannels], in every data format.
 * @param options see {@link ConvOptions}. `dataFormat` is 'NDHWC' or 'NCDHW'.
 * @returns [batch, outDepth, outHeight, outWidth, outChannels], or [batch, outChannels, outDepth, outHeight, outWidth]
 *     with 'NCDHW', without the batch if x has none. Each size is floor((size + padBefore + padAfter - (kernel - 1) *
 *     dilation - 1) / stride) + 1.
 * @throws `conv3d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 4, 6, 8, 2]);
 * const filter = tf.ones([3, 3, 3, 2, 5]);
 * const y = conv3d(x, filter, {strides: [1, 2, 2], pad: [[1, 1], [0, 0], [1, 0]]});
 * console.log(y.shape); // [1,4,2,4,5]
 * ```
 */
export function conv3d<T extends Tensor4D | Tensor5D>(
  x: T | TensorLike,
  filter: Tensor5D | TensorLike,
  options: ConvOptions = {},
): T {
  return convND({op: 'conv3d', rank: 3}, x, filter, options);
}
