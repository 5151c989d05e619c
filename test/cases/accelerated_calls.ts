import * as tf from '@tensorflow/tfjs';
import type {KernelName} from '../../src/registry/kernel_names.js';
import {numbers} from '../support/data.js';
import {product} from '../support/sums.js';

/*
 * Calls of TensorFlow.js' own kernels, ops and layers that have to give the same before and after `accelerate`.
 */

export function values<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return tf.tensor<R>(Float32Array.from(numbers(name, product(shape))), shape);
}

const run = (name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attrs);

const planar: tf.NamedAttrMap = {strides: [1, 2], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1]};
const solid: tf.NamedAttrMap = {strides: [1, 2, 1], pad: 'same', dataFormat: 'NDHWC', dilations: [1, 1, 1]};

const x4 = () => values<tf.Rank.R4>('x', [2, 5, 6, 3]);
const y4 = (channels: number) => values<tf.Rank.R4>('dy', [2, 5, 3, channels]);
const filter4 = () => values<tf.Rank.R4>('filter', [3, 2, 3, 4]);
const depthwise4 = () => values<tf.Rank.R4>('depthwise', [3, 2, 3, 2]);
const x5 = () => values<tf.Rank.R5>('x', [1, 3, 5, 4, 2]);
const y5 = () => values<tf.Rank.R5>('dy', [1, 3, 3, 4, 3]);
const filter5 = () => values<tf.Rank.R5>('filter', [2, 3, 2, 2, 3]);
const prelu = (channels: number) => ({
  bias: values<tf.Rank.R1>('bias', [channels]),
  preluActivationWeights: values<tf.Rank.R1>('slopes', [channels]),
});

/** A call of every convolution kernel, by its name, and the kernel of ours that computes it. */
export const KERNEL_CALLS: {readonly [name: string]: {readonly ours: KernelName; readonly call: () => tf.Tensor}} = {
  Conv2D: {ours: 'ConvND', call: () => run('Conv2D', {x: x4(), filter: filter4()}, planar)},
  FusedConv2D: {
    ours: 'ConvND',
    call: () => run('FusedConv2D', {x: x4(), filter: filter4(), ...prelu(4)}, {...planar, activation: 'prelu'}),
  },
  Conv2DBackpropInput: {
    ours: 'ConvNDBackpropInput',
    call: () => run('Conv2DBackpropInput', {dy: y4(4), filter: filter4()}, {...planar, inputShape: [2, 5, 6, 3]}),
  },
  Conv2DBackpropFilter: {
    ours: 'ConvNDBackpropFilter',
    call: () => run('Conv2DBackpropFilter', {x: x4(), dy: y4(4)}, {...planar, filterShape: [3, 2, 3, 4]}),
  },
  DepthwiseConv2dNative: {
    ours: 'ConvND',
    call: () => run('DepthwiseConv2dNative', {x: x4(), filter: depthwise4()}, {...planar, strides: [2, 2]}),
  },
  FusedDepthwiseConv2D: {
    ours: 'ConvND',
    call: () =>
      run(
        'FusedDepthwiseConv2D',
        {x: x4(), filter: depthwise4(), ...prelu(6)},
        {...planar, strides: [2, 2], activation: 'prelu'},
      ),
  },
  DepthwiseConv2dNativeBackpropInput: {
    ours: 'ConvNDBackpropInput',
    call: () =>
      run(
        'DepthwiseConv2dNativeBackpropInput',
        {dy: values<tf.Rank.R4>('dy', [2, 3, 3, 6]), filter: depthwise4()},
        {...planar, strides: [2, 2], inputShape: [2, 5, 6, 3]},
      ),
  },
  DepthwiseConv2dNativeBackpropFilter: {
    ours: 'ConvNDBackpropFilter',
    call: () =>
      run(
        'DepthwiseConv2dNativeBackpropFilter',
        {x: x4(), dy: values<tf.Rank.R4>('dy', [2, 3, 3, 6])},
        {...planar, strides: [2, 2], filterShape: [3, 2, 3, 2]},
      ),
  },
  Conv3D: {ours: 'ConvND', call: () => run('Conv3D', {x: x5(), filter: filter5()}, solid)},
  Conv3DBackpropInputV2: {
    ours: 'ConvNDBackpropInput',
    call: () => run('Conv3DBackpropInputV2', {dy: y5(), filter: filter5()}, {...solid, inputShape: [1, 3, 5, 4, 2]}),
  },
  Conv3DBackpropFilterV2: {
    ours: 'ConvNDBackpropFilter',
    call: () => run('Conv3DBackpropFilterV2', {x: x5(), dy: y5()}, {...solid, filterShape: [2, 3, 2, 2, 3]}),
  },
};

const fused =
  (options: Partial<Parameters<typeof tf.fused.conv2d>[0]>, shape: [number, number, number, number] = [2, 5, 6, 3]) =>
  () =>
    tf.fused.conv2d({x: values<tf.Rank.R4>('x', shape), filter: filter4(), strides: 1, pad: 'valid', ...options});
const fusedDepthwise = (options: Partial<Parameters<typeof tf.fused.depthwiseConv2d>[0]>) => () =>
  tf.fused.depthwiseConv2d({x: x4(), filter: depthwise4(), strides: 1, pad: 'same', ...options});

const ACTIVATIONS = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const;
/** A bias or slopes of some shape. */
const some = (...shape: number[]) => values<tf.Rank>('some', shape);
const NCHW: [number, number, number, number] = [2, 3, 5, 6];

const gradients = (op: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor, filter: () => tf.Tensor4D) => () =>
  tf.concat(
    tf
      .grads((x, f) => tf.square(op(x as tf.Tensor4D, f as tf.Tensor4D)))([x4(), filter()])
      .map(g => g.flatten()),
  );

/** Calls of the ops, by what they are. */
export const OP_CALLS: {readonly [what: string]: () => tf.Tensor} = {
  conv1d: () =>
    tf.conv1d(values<tf.Rank.R3>('x', [2, 7, 3]), values<tf.Rank.R3>('filter', [3, 3, 4]), 1, 'same', 'NWC', 2),
  conv2d: () => tf.conv2d(x4(), filter4(), [2, 1], 'same'),
  'conv2d without a batch': () => tf.conv2d(values<tf.Rank.R3>('x', [5, 6, 3]), filter4(), 1, 'valid'),
  'conv2d, dilated': () => tf.conv2d(x4(), filter4(), 1, 'same', 'NHWC', [2, 1]),
  'conv2d, explicit padding': () =>
    tf.conv2d(x4(), filter4(), 1, [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ]),
  'conv2d, rounded up': () => tf.conv2d(x4(), values<tf.Rank.R4>('filter', [2, 2, 3, 4]), 3, 1, 'NHWC', 1, 'ceil'),
  'conv2d, NCHW': () => tf.conv2d(values<tf.Rank.R4>('x', NCHW), filter4(), 2, 'same', 'NCHW'),
  'conv2d, empty batch': () => tf.conv2d(tf.zeros<tf.Rank.R4>([0, 5, 6, 3]), filter4(), 1, 'same'),
  'conv2d, its gradients': gradients((x, f) => tf.conv2d(x, f, [1, 2], 'same'), filter4),
  ...Object.fromEntries(
    ACTIVATIONS.flatMap(activation => [
      [`fused conv2d, ${activation}`, fused({activation, bias: some(4), leakyreluAlpha: 0.3})],
      [`fused depthwiseConv2d, ${activation}`, fusedDepthwise({activation, bias: some(6), leakyreluAlpha: 0.3})],
    ]),
  ),
  'fused conv2d, scalar bias': fused({bias: some()}),
  'fused conv2d, bias of one': fused({bias: some(1)}),
  'fused conv2d, 3-D bias': fused({bias: some(1, 1, 4), activation: 'relu'}),
  'fused conv2d, bias over the width': fused({bias: some(5, 1), activation: 'relu'}),
  // Of the size of the channels, and not along them.
  'fused conv2d, bias over a width of 4': fused({bias: some(4, 1), activation: 'relu'}, [2, 5, 5, 3]),
  'fused conv2d, prelu over a width of 4': fused(
    {activation: 'prelu', preluActivationWeights: some(1, 4, 1)},
    [2, 5, 5, 3],
  ),
  'fused conv2d, 4-D bias': fused({bias: some(2, 3, 5, 4), activation: 'elu'}),
  'fused conv2d, NCHW bias': fused({bias: some(4), dataFormat: 'NCHW', activation: 'relu'}, NCHW),
  'fused conv2d, NCHW scalar bias': fused({bias: some(), dataFormat: 'NCHW', activation: 'relu'}, NCHW),
  ...Object.fromEntries(
    [[], [1], [4], [1, 1, 4], [3, 5, 4], [3, 1, 1]].map(shape => [
      `fused conv2d, prelu [${shape}]`,
      fused({activation: 'prelu', bias: some(4), preluActivationWeights: some(...shape)}),
    ]),
  ),
  ...Object.fromEntries(
    [[], [1], [4], [4, 1, 1]].map(shape => [
      `fused conv2d, NCHW prelu [${shape}]`,
      fused({activation: 'prelu', dataFormat: 'NCHW', bias: some(4), preluActivationWeights: some(...shape)}, NCHW),
    ]),
  ),
  // The op takes the shape for NHWC and rejects these, the kernel does not.
  ...Object.fromEntries(
    [
      [4, 3, 5],
      [1, 1, 5],
      [3, 1],
    ].map(shape => [
      `FusedConv2D, NCHW prelu [${shape}]`,
      () =>
        run(
          'FusedConv2D',
          {x: values<tf.Rank.R4>('x', NCHW), filter: filter4(), bias: some(4), preluActivationWeights: some(...shape)},
          {...planar, strides: [1, 1], pad: 'valid', dataFormat: 'NCHW', activation: 'prelu'},
        ),
    ]),
  ),
  'fused conv2d, its gradients': gradients(
    (x, filter) => tf.fused.conv2d({x, filter, strides: 1, pad: 'same', bias: some(4), activation: 'relu'}),
    filter4,
  ),
  'fused depthwiseConv2d, prelu': fusedDepthwise({activation: 'prelu', preluActivationWeights: some(6), dilations: 2}),
  depthwiseConv2d: () => tf.depthwiseConv2d(x4(), depthwise4(), 2, 'valid'),
  'depthwiseConv2d, dilated': () => tf.depthwiseConv2d(x4(), depthwise4(), 1, 'same', 'NHWC', [1, 2]),
  'depthwiseConv2d, its gradients': gradients((x, f) => tf.depthwiseConv2d(x, f, 2, 'same'), depthwise4),
  separableConv2d: () =>
    tf.separableConv2d(x4(), depthwise4(), values<tf.Rank.R4>('pointwise', [1, 1, 6, 5]), 1, 'same'),
  conv2dTranspose: () => tf.conv2dTranspose(y4(4), filter4(), [2, 5, 6, 3], [1, 2], 'same'),
  'conv2dTranspose, its gradients': gradients(
    (x, f) => tf.conv2dTranspose(x, f, [2, 10, 12, 4], 2, 'same'),
    () => values<tf.Rank.R4>('f', [3, 2, 4, 3]),
  ),
  conv3d: () => tf.conv3d(x5(), filter5(), [1, 2, 1], 'valid'),
  conv3dTranspose: () => tf.conv3dTranspose(y5(), filter5(), [1, 3, 5, 4, 2], [1, 2, 1], 'same'),
};

type Layer = tf.layers.Layer;

/** Small models by what they are, the first layer with an inputShape. */
export const MODELS: {readonly [what: string]: {readonly inputShape: number[]; readonly layers: () => Layer[]}} = {
  Conv1D: {
    inputShape: [7, 3],
    layers: () => [
      tf.layers.conv1d({inputShape: [7, 3], filters: 4, kernelSize: 3, padding: 'same', activation: 'relu'}),
    ],
  },
  Conv2D: {
    inputShape: [6, 5, 3],
    layers: () => [
      tf.layers.conv2d({inputShape: [6, 5, 3], filters: 4, kernelSize: [3, 2], activation: 'relu'}),
      tf.layers.conv2d({filters: 2, kernelSize: 2, strides: [1, 2], padding: 'same', activation: 'elu'}),
    ],
  },
  Conv3D: {
    inputShape: [4, 5, 3, 2],
    layers: () => [tf.layers.conv3d({inputShape: [4, 5, 3, 2], filters: 3, kernelSize: 2, activation: 'sigmoid'})],
  },
  DepthwiseConv2D: {
    inputShape: [6, 5, 3],
    layers: () => [
      tf.layers.depthwiseConv2d({inputShape: [6, 5, 3], kernelSize: 3, depthMultiplier: 2, padding: 'same'}),
    ],
  },
  SeparableConv2D: {
    inputShape: [6, 5, 3],
    layers: () => [
      tf.layers.separableConv2d({inputShape: [6, 5, 3], filters: 4, kernelSize: 3, strides: 2, padding: 'same'}),
    ],
  },
  Conv2DTranspose: {
    inputShape: [4, 3, 3],
    layers: () => [
      tf.layers.conv2dTranspose({inputShape: [4, 3, 3], filters: 2, kernelSize: 3, strides: 2, padding: 'same'}),
    ],
  },
};

/** The model with weights that are always the same, ready to train. */
export function makeModel(what: string): tf.Sequential {
  const model = tf.sequential({layers: [...MODELS[what].layers(), tf.layers.flatten(), tf.layers.dense({units: 1})]});
  model.setWeights(model.getWeights().map((weight, i) => tf.mul(0.3, values<tf.Rank>(`${what} ${i}`, weight.shape))));
  model.compile({optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError'});
  return model;
}
