import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * 2-D convolution.
 *
 *     y[b, oh, ow, c] = sum over kh, kw, i of x[b, oh * strideH - padTop + kh * dilationH,
 *                                               ow * strideW - padLeft + kw * dilationW, g * inChannels / groups + i]
 *                                           * filter[kh, kw, i, c]    with g = floor(c / (outChannels / groups))
 *
 * then plus bias[c], then the activation. The filter is not flipped (cross-correlation) unless `flipFilter` is true.
 *
 * @param x [batch, height, width, inChannels], or without the batch; 'NCHW' has the channels before the height.
 * @param filter [kernelHeight, kernelWidth, inChannels / groups, outChannels], in every data format.
 * @returns [batch, outHeight, outWidth, outChannels] (or as 'NCHW' has it), without the batch if x has none; each
 *     output size is floor((size + padBefore + padAfter - (kernel - 1) * dilation - 1) / stride) + 1.
 * @throws `conv2d: <rule>; got <name>=<value>` before anything is computed.
 */
export function conv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: ConvOptions = {},
): T {
  return convND({op: 'conv2d', rank: 2}, x, filter, options);
}
