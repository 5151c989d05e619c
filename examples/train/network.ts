/** A small convolutional network, with the layers of TensorFlow.js as they are. */
import * as tf from '@tensorflow/tfjs';
import {CLASSES, SIZE} from './digits.js';

export function network(seed: number): tf.LayersModel {
  const kernelInitializer = (layer: number) => tf.initializers.heNormal({seed: seed * 100 + layer});
  const convolution = (layer: number, filters: number, inputShape?: number[]) =>
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
      kernelInitializer: kernelInitializer(layer),
      inputShape,
    });
  const model = tf.sequential({
    layers: [
      convolution(1, 16, [SIZE, SIZE, 1]),
      tf.layers.maxPooling2d({poolSize: 2}),
      convolution(2, 32),
      tf.layers.maxPooling2d({poolSize: 2}),
      convolution(3, 64),
      tf.layers.flatten(),
      tf.layers.dense({units: CLASSES, activation: 'softmax', kernelInitializer: kernelInitializer(4)}),
    ],
  });
  model.compile({optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy', metrics: ['accuracy']});
  return model;
}
