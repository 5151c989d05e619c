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
 * with the filter (one group)
 *
 *     filter[kh, kw, i, c] = sum over m of columnFilter[kh, 0, i, m] * rowFilter[0, kw, m, c]
 *
 * at kh + kw instead of kh * kw multiplications per channel pair. Strides, dilations and padding of the height belong
 * to the column, those of the width to the row; bias and activation to the result. `separateFilter` finds the two
 * filters.
 *
 * @param x [batch, height, width, inChannels], or without the batch; 'NCHW' has the channels before the height.
 * @param columnFilter [kernelHeight, 1, inChannels / groups, mid]
 * @param rowFilter [1, kernelWidth, mid / groups, outChannels]
 * @param options those of `conv2d`.
 * @returns [batch, outHeight, outWidth, outChannels], sizes as `conv2d`.
 * @throws `spatiallySeparableConv2d: <rule>; got <name>=<value>` before anything is computed.
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
