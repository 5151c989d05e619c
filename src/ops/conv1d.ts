import type {Tensor2D, Tensor3D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * 1-D convolution.
 *
 * ```text
 * y[b, ow, c] = sum over kw, i of
 *     x[b, ow * stride - padBefore + kw * dilation,
 *       g * inChannels / groups + i]
 *     * filter[kw, i, c]        with g = floor(c / (outChannels / groups))
 * ```
 *
 * then plus bias[c], then the activation. x is 0 in the padding. The filter is not flipped (cross-correlation) unless
 * `flipFilter` is true.
 *
 * @param x [batch, width, inChannels], or [batch, inChannels, width] with `dataFormat` 'NCW'; the batch may be left
 *     out.
 * @param filter [kernelWidth, inChannels / groups, outChannels], in every data format.
 * @param options see {@link ConvOptions}. `dataFormat` is 'NWC' or 'NCW'.
 * @returns [batch, outWidth, outChannels], or [batch, outChannels, outWidth] with 'NCW', without the batch if x has
 *     none. Each size is floor((size + padBefore + padAfter - (kernel - 1) * dilation - 1) / stride) + 1.
 * @throws `conv1d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 8, 4]);
 * const filter = tf.ones([3, 4, 6]);
 * const y = conv1d(x, filter, {strides: 2, pad: 'causal'});
 * console.log(y.shape); // [1,4,6]
 * ```
 */
export function conv1d<T extends Tensor2D | Tensor3D>(
  x: T | TensorLike,
  filter: Tensor3D | TensorLike,
  options: ConvOptions = {},
): T {
  return convND({op: 'conv1d', rank: 1}, x, filter, options);
}
