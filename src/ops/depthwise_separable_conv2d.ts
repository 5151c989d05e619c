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
 * ```text
 * middle[b, oh, ow, i * channelMultiplier + m] = sum over kh, kw of
 *     x[b, oh * strideHeight - padHeight + kh * dilationHeight, ow * strideWidth - padWidth + kw * dilationWidth, i]
 *     * depthwiseFilter[kh, kw, i, m]
 * y[b, oh, ow, c] = sum over j of middle[b, oh, ow, j] * pointwiseFilter[0, 0, j, c]
 * ```
 *
 * then plus bias[c], then the activation. `flipFilter` flips the depthwise filter. Source: Sifre, "Rigid-motion
 * scattering for image classification", 2014; Howard et al., arXiv:1704.04861.
 *
 * @param x [batch, height, width, inChannels], or [batch, inChannels, height, width] with `dataFormat` 'NCHW'; the
 *     batch may be left out.
 * @param depthwiseFilter [kernelHeight, kernelWidth, inChannels, channelMultiplier], in every data format.
 * @param pointwiseFilter [1, 1, inChannels * channelMultiplier, outChannels], in every data format.
 * @param options see {@link ConvOptions}; without `groups`, which are the channels.
 * @returns [batch, outHeight, outWidth, outChannels], or [batch, outChannels, outHeight, outWidth] with 'NCHW', without
 *     the batch if x has none; sizes as `conv2d`.
 * @throws `depthwiseSeparableConv2d: <rule>; got <name>=<value>` before anything is computed.
 * @example
 * ```ts
 * const x = tf.ones([1, 8, 8, 4]);
 * const y = depthwiseSeparableConv2d(x, tf.ones([3, 3, 4, 2]), tf.ones([1, 1, 8, 5]), {strides: 2, pad: 'same'});
 * console.log(y.shape); // [1,4,4,5]
 * ```
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
