import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import {resolveSpatiallySeparable} from '../geometry/two_stage.js';
import type {ConvOptions} from '../geometry/options.js';
import {runKernel} from '../registry/run_kernel.js';
import {tapsOf} from './conv_nd.js';
import {floatTensor} from './inputs.js';
import {readConvOptions} from './read_options.js';
import {scoped} from './scoped.js';
import {twoStage} from './two_stage.js';

/**
 * Spatially separable 2-D convolution: a column convolution, then a row convolution of its result. It equals `conv2d`
 * with the filter below (for one group) at kh + kw instead of kh * kw multiplications for each pair of channels.
 *
 * ```text
 * filter[kh, kw, i, c] = sum over m of columnFilter[kh, 0, i, m] * rowFilter[0, kw, m, c]
 * ```
 *
 * With groups, each group of input channels makes its part of the middle channels, and that its part of the output
 * channels. Strides, dilations and padding of the height belong to the column, those of the width to the row, in both
 * data formats; bias and activation belong to the result. `flipFilter` flips both filters. `separateFilter` finds the
 * two filters.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param columnFilter [kernelHeight, 1, inChannels / groups, mid], in every data format.
 * @param rowFilter [1, kernelWidth, mid / groups, outChannels], in every data format.
 * @param options see {@link ConvOptions}.
 * @returns [batch, outHeight, outWidth, outChannels], or [batch, outChannels, outHeight, outWidth] with 'NCHW', without
 *     the batch if x has none; sizes as `conv2d`.
 * @throws `spatiallySeparableConv2d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([8, 8, 1]);
 * const [column, row] = [tf.tensor4d([1, 2, 1], [3, 1, 1, 1]), tf.tensor4d([1, 0, -1], [1, 3, 1, 1])];
 * const edges = spatiallySeparableConv2d(x, column, row);
 * console.log(edges.shape, edges.max().dataSync()[0]); // [6,6,1] 0
 * ```
 */
export function spatiallySeparableConv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  columnFilter: Tensor4D | TensorLike,
  rowFilter: Tensor4D | TensorLike,
  options: ConvOptions = {},
): T {
  const op = 'spatiallySeparableConv2d';
  return scoped(op, () => {
    const given = readConvOptions(op, 'conv', options);
    const $x = floatTensor(op, 'x', x);
    const column = floatTensor(op, 'columnFilter', columnFilter);
    const row = floatTensor(op, 'rowFilter', rowFilter);
    return twoStage(op, [$x, column, row], given, resolveSpatiallySeparable, ({bias, preluActivationWeights}, attrs) =>
      runKernel(
        'SpatiallySeparableConv2D',
        {
          x: $x,
          columnFilter: tapsOf(column, 2, given),
          rowFilter: tapsOf(row, 2, given),
          bias,
          preluActivationWeights,
        },
        attrs,
      ),
    );
  });
}
