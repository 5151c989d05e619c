import type {Tensor3D, Tensor4D, TensorLike} from '@tensorflow/tfjs-core';
import {resolveDepthwiseSeparable} from '../geometry/two_stage.js';
import type {ConvOptions} from '../geometry/options.js';
import {runKernel} from '../registry/run_kernel.js';
import {tapsOf} from './conv_nd.js';
import {floatTensor} from './inputs.js';
import {readConvOptions} from './read_options.js';
import {scoped} from './scoped.js';
import {twoStage} from './two_stage.js';

/**
 * Depthwise separable 2-D convolution: `depthwiseConv2d`, which filters each channel, then a 1x1 convolution, which
 * mixes them. Strides, dilations and padding belong to the depthwise part, bias and activation to the result.
 *
 *     y[b, oh, ow, c] = sum over j of depthwise[b, oh, ow, j] * pointwiseFilter[0, 0, j, c]
 *
 * Source: Sifre, "Rigid-motion scattering for image classification", 2014; Howard et al., arXiv:1704.04861.
 *
 * @param x [batch, height, width, inChannels], or without the batch; 'NCHW' has the channels before the height.
 * @param depthwiseFilter [kernelHeight, kernelWidth, inChannels, channelMultiplier]
 * @param pointwiseFilter [1, 1, inChannels * channelMultiplier, outChannels]
 * @param options those of `conv2d`, without groups.
 * @returns [batch, outHeight, outWidth, outChannels], sizes as `conv2d`.
 * @throws `depthwiseSeparableConv2d: <rule>; got <name>=<value>` before anything is computed.
 */
export function depthwiseSeparableConv2d<T extends Tensor3D | Tensor4D>(
  x: T | TensorLike,
  depthwiseFilter: Tensor4D | TensorLike,
  pointwiseFilter: Tensor4D | TensorLike,
  options: Omit<ConvOptions, 'groups'> = {},
): T {
  const op = 'depthwiseSeparableConv2d';
  return scoped(op, () => {
    const given = readConvOptions(op, 'conv', options);
    const $x = floatTensor(op, 'x', x);
    const depthwise = floatTensor(op, 'depthwiseFilter', depthwiseFilter);
    const pointwise = floatTensor(op, 'pointwiseFilter', pointwiseFilter);
    return twoStage(
      op,
      [$x, depthwise, pointwise],
      given,
      resolveDepthwiseSeparable,
      ({bias, preluActivationWeights}, attrs) =>
        runKernel(
          'DepthwiseSeparableConv2D',
          {
            x: $x,
            depthwiseFilter: tapsOf(depthwise, 2, given),
            pointwiseFilter: pointwise,
            bias,
            preluActivationWeights,
          },
          attrs,
        ),
    );
  });
}
