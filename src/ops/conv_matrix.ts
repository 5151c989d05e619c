import {reshape} from '@tensorflow/tfjs-core';
import type {Tensor2D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import {fail, MAX_MATRIX_ELEMENTS, RULES} from '../errors.js';
import {matrixShape, product} from '../geometry/conv.js';
import type {ConvGeometry} from '../geometry/conv.js';
import {ensureFilterSizes, isPositive, resolveGroups} from '../geometry/validate.js';
import type {ConvOptions} from '../geometry/options.js';
import {resolveConv} from '../geometry/resolve.js';
import {runKernel} from '../registry/run_kernel.js';
import {tapsOf} from './conv_nd.js';
import {floatTensor} from './inputs.js';
import {readConvOptions} from './read_options.js';
import {scoped} from './scoped.js';

/** @throws if the matrix would be too large to make. */
export function checkMatrix(op: string, geometry: ConvGeometry): void {
  const shape = matrixShape(geometry);
  if (!(product(shape) <= MAX_MATRIX_ELEMENTS)) fail(op, RULES.matrixSize, 'matrix.shape', shape);
}

const PLANE_OR_CONV_FILTER = '[kh, kw] or [kh, kw, inChannels / groups, outChannels]';

const isPlaneSize = (size: unknown): size is [number, number] =>
  Array.isArray(size) && size.length === 2 && isPositive(size[0]) && isPositive(size[1]);

/** The options of {@link ConvOptions} that change the matrix: it is of the linear map, in NHWC order. */
export type ConvMatrixOptions = Pick<ConvOptions, 'strides' | 'pad' | 'dilations' | 'groups' | 'flipFilter'>;

/**
 * The matrix C of a 2-D convolution, for which
 *
 * ```text
 * matMul(C, flatten(x)) = flatten(conv2d(x, filter, options))
 *
 * C[(oh, ow, c), (h, w, g * inChannels / groups + i)] = filter[kh, kw, i, c]
 *     where h = oh * strideHeight - padHeight + kh * dilationHeight
 *     and w = ow * strideWidth - padWidth + kw * dilationWidth,
 *     with g = floor(c / (outChannels / groups)); 0 elsewhere
 * ```
 *
 * with x and y in NHWC order. It is sparse (a doubly block Toeplitz matrix at stride 1) and stored dense; its transpose
 * is the matrix of `conv2dTranspose`. Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep
 * learning", arXiv:1603.07285, section 4.1.
 *
 * @param filter [kernelHeight, kernelWidth, inChannels / groups, outChannels], or [kernelHeight, kernelWidth] for one
 *     channel.
 * @param inputShape [height, width]
 * @param options see {@link ConvMatrixOptions}.
 * @returns [outHeight * outWidth * outChannels, height * width * inChannels], at most 2^27 elements.
 * @throws `convMatrix: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const filter = tf.tensor2d([[1, 2], [3, 4]]);
 * const matrix = convMatrix(filter, [2, 3]);
 * console.log(matrix.arraySync()); // [[1,2,0,3,4,0],[0,1,2,0,3,4]]
 * ```
 */
export function convMatrix(
  filter: Tensor2D | Tensor4D | TensorLike,
  inputShape: [number, number],
  options: ConvMatrixOptions = {},
): Tensor2D {
  return scoped('convMatrix', () => {
    const known = readConvOptions('convMatrix', 'matrix', options);
    const given = floatTensor('convMatrix', 'filter', filter);
    if (given.rank !== 2 && given.rank !== 4) {
      fail('convMatrix', RULES.rank('filter', PLANE_OR_CONV_FILTER), 'filter.shape', given.shape);
    }
    const [kh, kw, groupChannels = 1, outChannels = 1] = given.shape;
    ensureFilterSizes('convMatrix', {name: 'filter', shape: given.shape});
    const shape = [kh, kw, groupChannels, outChannels];
    if (!isPlaneSize(inputShape)) fail('convMatrix', RULES.matrixInput, 'inputShape', inputShape);
    const x = [1, ...inputShape, groupChannels * resolveGroups('convMatrix', known.groups)];
    const {geometry} = resolveConv({op: 'convMatrix', rank: 2, x, filter: shape, options: known});
    checkMatrix('convMatrix', geometry);
    const taps = tapsOf(reshape(given, shape), 2, known);
    return runKernel('ConvMatrix', {filter: taps}, {geometry, outputShape: matrixShape(geometry)});
  });
}
