/** A network of large filters, which has more of everything than digits need. */
import * as tf from '@tensorflow/tfjs';
import {CLASSES, SIZE} from '../train/digits.js';

export function network(seed: number): tf.LayersModel {
  const convolution = (layer: number, filters: number, inputShape?: number[]) =>
    tf.layers.conv2d({
      name: `conv${layer}`,
      filters,
      kernelSize: 5,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: tf.initializers.heNormal({seed: seed * 100 + layer}),
      inputShape,
    });
  return tf.sequential({
    layers: [
      convolution(1, 16, [SIZE, SIZE, 1]),
      tf.layers.maxPooling2d({poolSize: 2}),
      convolution(2, 32),
      tf.layers.maxPooling2d({poolSize: 2}),
      convolution(3, 32),
      tf.layers.flatten(),
      tf.layers.dense({
        units: CLASSES,
        activation: 'softmax',
        kernelInitializer: tf.initializers.heNormal({seed: seed * 100 + 4}),
      }),
    ],
  });
}
