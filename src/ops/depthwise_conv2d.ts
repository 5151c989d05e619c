import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import {resolveDepthwise} from '../geometry/resolve.js';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * Depthwise 2-D convolution: each input channel has `channelMultiplier` filters of its own.
 *
 *     y[b, oh, ow, i * channelMultiplier + m] = sum over kh, kw of
 *         x[b, oh * strideH - padTop + kh * dilationH, ow * strideW - padLeft + kw * dilationW, i] * filter[kh, kw, i, m]
 *
 * @param x [batch, height, width, inChannels], or without the batch; 'NCHW' has the channels before the height.
 * @param filter [kernelHeight, kernelWidth, inChannels, channelMultiplier], in every data format.
 * @param options those of `conv2d`, without groups.
 * @returns [batch, outHeight, outWidth, inChannels * channelMultiplier], sizes as `conv2d`.
 * @throws `depthwiseConv2d: <rule>; got <name>=<value>` before anything is computed.
 */
export function depthwiseConv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: Omit<ConvOptions, 'groups'> = {},
): T {
  return convND({op: 'depthwiseConv2d', rank: 2, resolve: resolveDepthwise}, x, filter, options);
}
