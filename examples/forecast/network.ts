/** A small WaveNet: causal convolutions whose dilations double, in groups, each added to what came before. */
import * as tf from '@tensorflow/tfjs';
import {layers} from 'tfjs-conv/layers';

const CHANNELS = 16;
const GROUPS = 4;
const KERNEL = 3;
const DILATIONS = [1, 2, 4, 8, 16];

/** Samples that a prediction follows from. */
export const REACH = 1 + (KERNEL - 1) * DILATIONS.reduce((sum, dilation) => sum + dilation, 0);

/** Predicts, at each of `length` samples, the next one. */
export function network(length: number, seed: number): tf.LayersModel {
  const kernelInitializer = (layer: number) => tf.initializers.glorotUniform({seed: seed * 100 + layer});
  const pointwise = (layer: number, filters: number) =>
    layers.conv1d({filters, kernelSize: 1, kernelInitializer: kernelInitializer(layer)});
  const input = tf.input({shape: [length, 1]});
  let y = pointwise(0, CHANNELS).apply(input) as tf.SymbolicTensor;
  DILATIONS.forEach((dilationRate, i) => {
    const inGroups = layers.conv1d({
      filters: CHANNELS,
      kernelSize: KERNEL,
      groups: GROUPS,
      dilationRate,
      padding: 'causal',
      activation: 'tanh',
      kernelInitializer: kernelInitializer(2 * i + 1),
    });
    const mixed = pointwise(2 * i + 2, CHANNELS).apply(inGroups.apply(y)) as tf.SymbolicTensor;
    y = tf.layers.add().apply([y, mixed]) as tf.SymbolicTensor;
  });
  return tf.model({inputs: input, outputs: pointwise(99, 1).apply(y) as tf.SymbolicTensor});
}
