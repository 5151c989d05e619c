import * as tf from '@tensorflow/tfjs';
import * as conv from 'tfjs-conv';
import {values} from './accelerated_calls.js';

/* Every convolution layer of tfjs-layers, with what it computes in ops of ours. */

/** What a layer has beside its name. */
interface TrainedLayer {
  readonly inputShape: number[];
  readonly layer: tf.layers.Layer;
  /** Of x and the weights in their order, the last of which is the bias. */
  readonly ours: (x: tf.Tensor, weights: readonly tf.Tensor[]) => tf.Tensor;
}

const image = [7, 6, 3];
const volume = [5, 4, 6, 2];

const bias = (b: tf.Tensor) => ({bias: b as tf.Tensor1D});

/** The layers by what they are. None has a stride and a dilation that TensorFlow.js ignores. */
export const TRAINED_LAYERS: {readonly [what: string]: () => TrainedLayer} = {
  'conv1d, dilated': () => ({
    inputShape: [9, 3],
    layer: tf.layers.conv1d({filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same'}),
    ours: (x, [f, b]) => conv.conv1d(x as tf.Tensor3D, f as tf.Tensor3D, {dilations: 2, pad: 'same', ...bias(b)}),
  }),
  'conv2d, strided': () => ({
    inputShape: image,
    layer: tf.layers.conv2d({filters: 4, kernelSize: [3, 2], strides: 2, padding: 'same'}),
    ours: (x, [f, b]) => conv.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, {strides: 2, pad: 'same', ...bias(b)}),
  }),
  'conv2d, dilated': () => ({
    inputShape: image,
    layer: tf.layers.conv2d({filters: 4, kernelSize: [3, 2], dilationRate: [2, 3], padding: 'same'}),
    ours: (x, [f, b]) => conv.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, {dilations: [2, 3], pad: 'same', ...bias(b)}),
  }),
  'conv2d, dilated, channels first': () => ({
    inputShape: [3, 7, 6],
    layer: tf.layers.conv2d({filters: 4, kernelSize: [3, 2], dilationRate: [2, 3], dataFormat: 'channelsFirst'}),
    ours: (x, [f, b]) =>
      conv.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, {dilations: [2, 3], dataFormat: 'NCHW', ...bias(b)}),
  }),
  'conv3d, strided': () => ({
    inputShape: volume,
    layer: tf.layers.conv3d({filters: 3, kernelSize: [2, 3, 2], strides: [1, 2, 3], padding: 'same'}),
    ours: (x, [f, b]) => conv.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, {strides: [1, 2, 3], pad: 'same', ...bias(b)}),
  }),
  'conv3d, dilated': () => ({
    inputShape: volume,
    layer: tf.layers.conv3d({filters: 3, kernelSize: 2, dilationRate: [3, 1, 2]}),
    ours: (x, [f, b]) => conv.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, {dilations: [3, 1, 2], ...bias(b)}),
  }),
  conv2dTranspose: () => ({
    inputShape: [4, 3, 2],
    layer: tf.layers.conv2dTranspose({filters: 3, kernelSize: [3, 2], strides: 2, padding: 'same'}),
    ours: (x, [f, b]) =>
      conv.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, {strides: 2, pad: 'same', ...bias(b)}),
  }),
  conv3dTranspose: () => ({
    inputShape: [2, 3, 2, 2],
    layer: tf.layers.conv3dTranspose({filters: 3, kernelSize: 3, strides: 2, padding: 'same'}),
    ours: (x, [f, b]) =>
      conv.conv3dTranspose(x as tf.Tensor5D, f as tf.Tensor5D, {strides: 2, pad: 'same', ...bias(b)}),
  }),
  depthwiseConv2d: () => ({
    inputShape: image,
    layer: tf.layers.depthwiseConv2d({kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same'}),
    ours: (x, [f, b]) =>
      conv.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, {strides: 2, pad: 'same', ...bias(b)}),
  }),
  'separableConv2d, dilated': () => ({
    inputShape: image,
    layer: tf.layers.separableConv2d({filters: 4, kernelSize: [3, 2], depthMultiplier: 2, dilationRate: [2, 1]}),
    ours: (x, [depthwise, pointwise, b]) =>
      conv.depthwiseSeparableConv2d(x as tf.Tensor4D, depthwise as tf.Tensor4D, pointwise as tf.Tensor4D, {
        dilations: [2, 1],
        ...bias(b),
      }),
  }),
};

/** The model of one layer with weights that are always the same, ready to train. */
export function modelOfLayer(what: string, {inputShape, layer}: TrainedLayer, optimizer: tf.Optimizer): tf.Sequential {
  const model = tf.sequential({layers: [tf.layers.inputLayer({inputShape}), layer]});
  model.setWeights(
    model.getWeights().map((weight, i) => tf.mul(0.3, values(`${what} ${i}`, weight.shape as [number]))),
  );
  model.compile({optimizer, loss: 'meanSquaredError'});
  return model;
}

/** The activations of tfjs-layers. */
export const ACTIVATIONS = [
  'elu',
  'gelu',
  'gelu_new',
  'hardSigmoid',
  'mish',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'swish',
  'tanh',
] as const;

/**
 * A model that has what networks have around convolutions, with weights that are always the same. There is no max pooling:
 * TensorFlow.js' gradient of it on wasm is wrong where all values of a window are negative.
 */
export function network(activation: (typeof ACTIVATIONS)[number], optimizer: tf.Optimizer): tf.Sequential {
  const {layers} = tf;
  const model = tf.sequential({
    layers: [
      layers.conv2d({inputShape: [8, 8, 2], filters: 4, kernelSize: 3, padding: 'same', activation}),
      layers.batchNormalization({}),
      layers.averagePooling2d({poolSize: 2}),
      layers.depthwiseConv2d({kernelSize: 3, padding: 'same', activation}),
      layers.prelu({}),
      layers.conv2dTranspose({filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation}),
      layers.leakyReLU({}),
      layers.averagePooling2d({poolSize: 2}),
      layers.separableConv2d({filters: 3, kernelSize: 2, activation}),
      layers.globalAveragePooling2d({}),
      layers.dense({units: 3, activation: 'softmax'}),
    ],
  });
  model.setWeights(
    model.getWeights().map((weight, i) => {
      const {shape} = weight;
      return tf.add(0.1, tf.mul(0.2, tf.abs(values(`${activation} ${i}`, shape as [number]))));
    }),
  );
  model.compile({optimizer, loss: 'categoricalCrossentropy'});
  return model;
}
