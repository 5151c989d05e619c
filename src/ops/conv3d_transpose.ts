import type {Tensor4D, Tensor5D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {convTransposeND} from './conv_nd.js';

/**
 * 3-D transposed convolution: the gradient of `conv3d` by its input, which takes each element of x times the filter
 * and adds that up where the convolution would have read.
 *
 *     y[b, o * stride - padBefore + k * dilation on each axis, g * outChannels / groups + c] +=
 *         x[b, od, oh, ow, i] * filter[kd, kh, kw, c, i]    for all o, k, c, i, with g = floor(i / (inChannels / groups))
 *
 * then plus bias[c], then the activation. `flipFilter` flips the filter first.
 *
 * @param x [batch, depth, height, width, inChannels], or without the batch; 'NCDHW' has the channels before the sizes.
 * @param filter [kernelDepth, kernelHeight, kernelWidth, outChannels / groups, inChannels], in every data format: the filter of the
 *     convolution whose input gradient this is.
 * @returns [batch, outDepth, outHeight, outWidth, outChannels] (or as 'NCDHW' has it), each size
 *     input * stride for pad 'same', otherwise
 *     (input - 1) * stride + (kernel - 1) * dilation + 1 - padBefore - padAfter + outputPadding,
 *     or what `outputShape` asks for, of the sizes that the convolution maps back to those of x.
 * @throws `conv3dTranspose: <rule>; got <name>=<value>` before anything is computed.
 */
export function conv3dTranspose<T extends Tensor4D | Tensor5D>(
  x: T | TensorLike,
  filter: Tensor5D | TensorLike,
  options: ConvTransposeOptions = {},
): T {
  return convTransposeND({op: 'conv3dTranspose', rank: 3}, x, filter, options);
}
