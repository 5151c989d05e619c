import {reshape} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {sumTo} from './sum_to.js';

/**
 * Gradient of a bias per channel: the sum of dy over everything but the channels,
 *
 *     dbias[c] = sum over batch and positions of dy[b, ..., c]      (channels first: of dy[b, c, ...])
 *
 * which is 0 for a batch of 0.
 */
export function biasGradient(dy: Tensor, channels: number, channelsLast: boolean, batch: number): Tensor {
  const positions = batch === 0 ? 0 : dy.size / (batch * channels);
  return channelsLast
    ? sumTo(reshape(dy, [batch * positions, channels]), [channels])
    : reshape(sumTo(reshape(dy, [batch, channels, positions]), [channels, 1]), [channels]);
}
