import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../geometry/conv.js';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {checkMatrix} from './conv_matrix.js';
import {convTransposeND} from './conv_nd.js';

/**
 * 2-D transposed convolution through the explicit matrix: y = C^T flatten(x), where C = `convMatrix` of the filter at
 * the size of the result. The same numbers as `conv2dTranspose`, at the cost of a dense matrix: to see how it works,
 * not to be fast.
 *
 * @param x [batch, height, width, inChannels], or without the batch; 'NCHW' has the channels before the height.
 * @param filter [kernelHeight, kernelWidth, outChannels / groups, inChannels]
 * @param options those of `conv2dTranspose`.
 * @returns [batch, outHeight, outWidth, outChannels], sizes as `conv2dTranspose`.
 * @throws `conv2dTransposeMatrix: <rule>; got <name>=<value>` before anything is computed; the matrix must have at most
 *     2^27 elements.
 */
export function conv2dTransposeMatrix<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  filter: Tensor4D | TensorLike,
  options: ConvTransposeOptions = {},
): T {
  const op = 'conv2dTransposeMatrix';
  const checkGeometry = (geometry: ConvGeometry): void => checkMatrix(op, geometry);
  return convTransposeND({op, rank: 2, kernel: 'Conv2DTransposeMatrix', checkGeometry}, x, filter, options);
}
