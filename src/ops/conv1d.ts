import type {Tensor2D, Tensor3D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * 1-D convolution.
 *
 *     y[b, o, c] = sum over k, i of x[b, o * stride - padBefore + k * dilation, g * inChannels / groups + i]
 *                                   * filter[k, i, c]            with g = floor(c / (outChannels / groups))
 *
 * then plus bias[c], then the activation. The filter is not flipped (cross-correlation) unless `flipFilter` is true.
 *
 * @param x [batch, width, inChannels], or without the batch; 'NCW' has the channels before the width.
 * @param filter [kernelWidth, inChannels / groups, outChannels], in every data format.
 * @returns [batch, outWidth, outChannels] (or as 'NCW' has it), without the batch if x has none, where
 *     outWidth = floor((width + padBefore + padAfter - (kernelWidth - 1) * dilation - 1) / stride) + 1.
 * @throws `conv1d: <rule>; got <name>=<value>` before anything is computed.
 */
export function conv1d<T extends Tensor2D | Tensor3D>(
  x: T | TensorLike,
  filter: Tensor3D | TensorLike,
  options: ConvOptions = {},
): T {
  return convND({op: 'conv1d', rank: 1}, x, filter, options);
}
