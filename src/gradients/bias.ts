import {reshape, sum, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';

/** Gradient of a bias per channel: dy added up over everything but the channels. */
export function biasGradient(dy: Tensor, channels: number, channelsLast: boolean, batch: number): Tensor {
  // The sum of nothing: TensorFlow.js' wasm backend leaves it unwritten.
  if (batch === 0) return zeros([channels]);
  const positions = dy.size / (batch * channels);
  return channelsLast
    ? sum(reshape(dy, [batch * positions, channels]), 0)
    : sum(reshape(dy, [batch, channels, positions]), [0, 2]);
}
