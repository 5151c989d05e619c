import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import {resolvePointwise} from '../geometry/resolve.js';
import type {ConvOptions} from '../geometry/options.js';
import {convND} from './conv_nd.js';

/**
 * 1x1 convolution: each pixel's channels times a matrix, y[b, h, w, c] = sum over i of x[b, h, w, i] * filter[0, 0, i, c].
 * With fewer outChannels than inChannels it reduces the dimension.
 *
 * @param x [batch, height, width, inChannels], or without the batch; 'NCHW' has the channels before the height.
 * @param filter [1, 1, inChannels / groups, outChannels], in every data format.
 * @param options those of `conv2d`.
 * @returns [batch, outHeight, outWidth, outChannels], as `conv2d`.
 * @throws `pointwiseConv2d: <rule>; got <name>=<value>` before anything is computed.
 */
export function pointwiseConv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: ConvOptions = {},
): T {
  return convND({op: 'pointwiseConv2d', rank: 2, resolve: resolvePointwise}, x, filter, options);
}
