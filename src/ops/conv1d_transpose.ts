import type {Tensor2D, Tensor3D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {convTransposeND} from './conv_nd.js';

/**
 * 1-D transposed convolution: the gradient of `conv1d` by its input, which takes each element of x times the filter
 * and adds that up where the convolution would have read.
 *
 *     y[b, o * stride - padBefore + k * dilation, g * outChannels / groups + c] +=
 *         x[b, o, i] * filter[k, c, i]        for all o, k, c, i, with g = floor(i / (inChannels / groups))
 *
 * then plus bias[c], then the activation. `flipFilter` flips the filter first.
 *
 * @param x [batch, width, inChannels], or without the batch; 'NCW' has the channels before the sizes.
 * @param filter [kernelWidth, outChannels / groups, inChannels], in every data format: the filter of the
 *     convolution whose input gradient this is.
 * @returns [batch, outWidth, outChannels] (or as 'NCW' has it), each size
 *     input * stride for pad 'same', otherwise
 *     (input - 1) * stride + (kernel - 1) * dilation + 1 - padBefore - padAfter + outputPadding,
 *     or what `outputShape` asks for, of the sizes that the convolution maps back to those of x.
 * @throws `conv1dTranspose: <rule>; got <name>=<value>` before anything is computed.
 */
export function conv1dTranspose<T extends Tensor2D | Tensor3D>(
  x: T | TensorLike,
  filter: Tensor3D | TensorLike,
  options: ConvTransposeOptions = {},
): T {
  return convTransposeND({op: 'conv1dTranspose', rank: 1}, x, filter, options);
}
