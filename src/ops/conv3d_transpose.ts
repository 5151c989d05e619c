import type {Tensor4D, Tensor5D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {convTransposeND} from './conv_nd.js';

/**
 * 3-D transposed convolution: the gradient of `conv3d` by its input. It multiplies each element of x by the filter and
 * adds the products where the convolution would have read.
 *
 * ```text
 * y[b, od * strideDepth - padDepth + kd * dilationDepth,
 *   oh * strideHeight - padHeight + kh * dilationHeight,
 *   ow * strideWidth - padWidth + kw * dilationWidth,
 *   g * outChannels / groups + c] += x[b, od, oh, ow, i] * filter[kd, kh, kw, c, i]
 *     for all od, oh, ow, kd, kh, kw, c, i, with g = floor(i / (inChannels / groups))
 * ```
 *
 * then plus bias, then the activation. What falls into the padding is dropped. `flipFilter` flips the filter first.
 * Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, chapter 4.
 *
 * @param x [batch, depth, height, width, inChannels], or [batch, inChannels, depth, height, width] with `dataFormat`
 *     'NCDHW'; the batch may be left out.
 * @param filter [kernelDepth, kernelHeight, kernelWidth, outChannels / groups, inChannels], in every data format: the
 *     filter of the convolution whose input gradient this is.
 * @param options see {@link ConvTransposeOptions}. `dataFormat` is 'NDHWC' or 'NCDHW'.
 * @returns [batch, outDepth, outHeight, outWidth, outChannels], or [batch, outChannels, outDepth, outHeight, outWidth]
 *     with 'NCDHW', without the batch if x has none. Each size is size * stride for pad 'same', otherwise (size - 1) *
 *     stride + (kernel - 1) * dilation + 1 - padBefore - padAfter + outputPadding, or what `outputShape` asks for among
 *     the sizes that the convolution maps back to those of x.
 * @throws `conv3dTranspose: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 2, 3, 4, 2]);
 * const filter = tf.ones([2, 2, 2, 3, 2]);
 * console.log(conv3dTranspose(x, filter, {strides: 2, outputShape: [4, 6, 9]}).shape); // [1,4,6,9,3]
 * ```
 */
export function conv3dTranspose<T extends Tensor4D | Tensor5D>(
  x: T | TensorLike,
  filter: Tensor5D | TensorLike,
  options: ConvTransposeOptions = {},
): T {
  return convTransposeND({op: 'conv3dTranspose', rank: 3}, x, filter, options);
}
