import type {Tensor2D, Tensor3D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {convTransposeND} from './conv_nd.js';

/**
 * 1-D transposed convolution: the gradient of `conv1d` by its input. It multiplies each element of x by the filter and
 * adds the products where the convolution would have read.
 *
 * ```text
 * y[b, ow * stride - padBefore + kw * dilation,
 *   g * outChannels / groups + c] += x[b, ow, i] * filter[kw, c, i]
 *     for all ow, kw, c, i, with g = floor(i / (inChannels / groups))
 * ```
 *
 * then plus bias, then the activation. What falls into the padding is dropped. `flipFilter` flips the filter first.
 * Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, chapter 4.
 *
 * @param x [batch, width, inChannels], or [batch, inChannels, width] with `dataFormat` 'NCW'; the batch may be left
 *     out.
 * @param filter [kernelWidth, outChannels / groups, inChannels], in every data format: the filter of the convolution
 *     whose input gradient this is.
 * @param options see {@link ConvTransposeOptions}. `dataFormat` is 'NWC' or 'NCW'.
 * @returns [batch, outWidth, outChannels], or [batch, outChannels, outWidth] with 'NCW', without the batch if x has
 *     none. Each size is size * stride for pad 'same', otherwise (size - 1) * stride + (kernel - 1) * dilation + 1 -
 *     padBefore - padAfter + outputPadding, or what `outputShape` asks for among the sizes that the convolution maps
 *     back to those of x.
 * @throws `conv1dTranspose: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 4, 3]);
 * const filter = tf.ones([3, 5, 3]);
 * console.log(conv1dTranspose(x, filter, {strides: 2}).shape); // [1,9,5]
 * ```
 */
export function conv1dTranspose<T extends Tensor2D | Tensor3D>(
  x: T | TensorLike,
  filter: Tensor3D | TensorLike,
  options: ConvTransposeOptions = {},
): T {
  return convTransposeND({op: 'conv1dTranspose', rank: 1}, x, filter, options);
}
