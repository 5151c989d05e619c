import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {convTransposeND} from './conv_nd.js';

/**
 * 2-D transposed convolution: the gradient of `conv2d` by its input. It multiplies each element of x by the filter and
 * adds the products where the convolution would have read.
 *
 * ```text
 * y[b, oh * strideHeight - padHeight + kh * dilationHeight,
 *   ow * strideWidth - padWidth + kw * dilationWidth,
 *   g * outChannels / groups + c] += x[b, oh, ow, i] * filter[kh, kw, c, i]
 *     for all oh, ow, kh, kw, c, i, with g = floor(i / (inChannels / groups))
 * ```
 *
 * then plus bias, then the activation. What falls into the padding is dropped. `flipFilter` flips the filter first.
 * Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, chapter 4.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param filter [kernelHeight, kernelWidth, outChannels / groups, inChannels], in every data format: the filter of the
 *     convolution whose input gradient this is.
 * @param options see {@link ConvTransposeOptions}. `dataFormat` is 'NHWC' or 'NCHW'.
 * @returns [batch, outHeight, outWidth, outChannels], or [batch, outChannels, outHeight, outWidth] with 'NCHW', without
 *     the batch if x has none. Each size is size * stride for pad 'same', otherwise (size - 1) * stride + (kernel - 1)
 *     * dilation + 1 - padBefore - padAfter + outputPadding, or what `outputShape` asks for among the sizes that the
 *     convolution maps back to those of x.
 * @throws `conv2dTranspose: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 4, 4, 3]);
 * const filter = tf.ones([3, 3, 5, 3]);
 * console.log(conv2dTranspose(x, filter, {strides: 2, pad: 'same'}).shape); // [1,8,8,5]
 * console.log(conv2dTranspose(x, filter, {strides: 2, pad: 1, outputPadding: [1, 0]}).shape); // [1,8,7,5]
 * ```
 */
export function conv2dTranspose<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: ConvTransposeOptions = {},
): T {
  return convTransposeND({op: 'conv2dTranspose', rank: 2}, x, filter, options);
}
