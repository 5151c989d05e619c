import type {Tensor4D, Tensor5D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * 3-D convolution: the filter slides along depth, height and width. The formula is that of `conv2d` with one more
 * axis.
 *
 * @param x [batch, depth, height, width, inChannels], or without the batch; 'NCDHW' has the channels before the depth.
 * @param filter [kernelDepth, kernelHeight, kernelWidth, inChannels / groups, outChannels], in every data format.
 * @returns [batch, outDepth, outHeight, outWidth, outChannels] (or as 'NCDHW' has it), without the batch if x has none;
 *     each output size is floor((size + padBefore + padAfter - (kernel - 1) * dilation - 1) / stride) + 1.
 * @throws `conv3d: <rule>; got <name>=<value>` before anything is computed.
 */
export function conv3d<T extends Tensor4D | Tensor5D>(
  x: T | TensorLike,
  filter: Tensor5D | TensorLike,
  options: ConvOptions = {},
): T {
  return convND({op: 'conv3d', rank: 3}, x, filter, options);
}
