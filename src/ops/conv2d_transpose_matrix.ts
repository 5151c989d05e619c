import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../geometry/conv.js';
import type {ConvTransposeOptions} from '../geometry/options.js';
import {checkMatrix} from './conv_matrix.js';
import {convTransposeND} from './conv_nd.js';

/**
 * 2-D transposed convolution by the explicit matrix. It gives the numbers of `conv2dTranspose` at the cost of a dense
 * matrix: to see how it works, not to be fast.
 *
 * ```text
 * flatten(y) = transpose(C) flatten(x)        for each element of the batch
 * ```
 *
 * then plus bias, then the activation, where C is `convMatrix` of the filter at the size of the result. Source:
 * Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, section 4.2.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param filter [kernelHeight, kernelWidth, outChannels / groups, inChannels], in every data format.
 * @param options see {@link ConvTransposeOptions}.
 * @returns [batch, outHeight, outWidth, outChannels], or [batch, outChannels, outHeight, outWidth] with 'NCHW', without
 *     the batch if x has none; sizes as `conv2dTranspose`.
 * @throws `conv2dTransposeMatrix: <rule>; got <name>=<value>` before anything is computed; the matrix must have at most
 *     2^27 elements.
 * @example
 * ```ts
 * const x = tf.ones([1, 2, 2, 1]);
 * const filter = tf.ones([3, 3, 1, 1]);
 * const difference = conv2dTransposeMatrix(x, filter).sub(conv2dTranspose(x, filter));
 * console.log(difference.abs().max().dataSync()[0]); // 0
 * ```
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
