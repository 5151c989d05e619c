import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {convTransposeND} from './conv_nd.js';

/**
 * 2-D transposed convolution: the gradient of `conv2d` by its input, which takes each element of x times the filter
 * and adds that up where the convolution would have read.
 *
 *     y[b, oh * strideH - padTop + kh * dilationH, ow * strideW - padLeft + kw * dilationW,
 *       g * outChannels / groups + c] += x[b, oh, ow, i] * filter[kh, kw, c, i]
 *                                        for all oh, ow, kh, kw, c, i, with g = floor(i / (inChannels / groups))
 *
 * then plus bias[c], then the activation. `flipFilter` flips the filter first.
 *
 * @param x [batch, height, width, inChannels], or without the batch; 'NCHW' has the channels before the sizes.
 * @param filter [kernelHeight, kernelWidth, outChannels / groups, inChannels], in every data format: the filter of the
 *     convolution whose input gradient this is.
 * @returns [batch, outHeight, outWidth, outChannels] (or as 'NCHW' has it), each size
 *     input * stride for pad 'same', otherwise
 *     (input - 1) * stride + (kernel - 1) * dilation + 1 - padBefore - padAfter + outputPadding,
 *     or what `outputShape` asks for, of the sizes that the convolution maps back to those of x.
 * @throws `conv2dTranspose: <rule>; got <name>=<value>` before anything is computed.
 */
export function conv2dTranspose<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: ConvTransposeOptions = {},
): T {
  return convTransposeND({op: 'conv2dTranspose', rank: 2}, x, filter, options);
}
