import * as tf from '@tensorflow/tfjs';
import {conv1d, conv2d, conv3d, depthwiseConv2d} from 'tfjs-conv';
import {registerGraphOps} from 'tfjs-conv/graph-model';
import type {AttrValue} from '../../../src/graph_model/optimize/types.js';
import {BACKENDS} from '../../support/backends.js';
import {numbers} from '../../support/data.js';
import {artifactsOf, float, integer, integers, node, placeholder, sizes, text, texts} from '../../support/graphs.js';
import {counts, plus} from '../../support/memory.js';

/*
 * Nodes that no case of an op stands for. All values are small integers, so that results are exact and can be compared
 * with those of the ops, whose own tests say that they are right.
 */

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** An int32 list among the inputs, as a constant of the graph. */
type Lists = Readonly<Record<string, readonly number[]>>;

const PLANAR = {strides: integers(1, 1, 1, 1), padding: text('SAME'), data_format: text('NHWC')};
const CHANNELS_FIRST = {...PLANAR, data_format: text('NCHW')};

const whole = (name: string, ...shape: number[]): tf.Tensor =>
  tf.tensor(Float32Array.from(numbers(name, tf.util.sizeFromShape(shape), true)), shape);

/** Runs a graph of one node, whose inputs are in the order of the names; everything else must be left as it was. */
function runNode(
  op: string,
  inputs: Inputs,
  attr: Readonly<Record<string, AttrValue>>,
  lists: Lists,
  order: string[],
): tf.Tensor {
  const weights = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, sizes(list)]));
  const nodes = [...Object.keys(inputs).map(name => placeholder(name)), node('y', op, order, {...attr})];
  const model = tf.loadGraphModelSync(artifactsOf({nodes, weights}));
  const before = counts();
  const y = model.execute({...inputs}, 'y') as tf.Tensor;
  expect(counts()).toEqual(plus(before, [y]));
  model.dispose();
  return y;
}

function expectSame(got: tf.Tensor, expected: tf.Tensor): void {
  expect(got.shape).toEqual(expected.shape);
  expect([...got.dataSync()]).toEqual([...expected.dataSync()]);
}

/** Per channel along the channels of a result of rank 4. */
const along = (values: tf.Tensor, channelsLast: boolean): tf.Tensor =>
  channelsLast ? values : tf.reshape(values, [values.size, 1, 1]);

const BATCH_NORM = ['scale', 'offset', 'mean', 'variance'];

interface NodeTest {
  readonly inputs: () => Inputs;
  readonly op: string;
  readonly attr: Readonly<Record<string, AttrValue>>;
  readonly lists?: Lists;
  /** Names of the inputs in the order of the node. */
  readonly order: string[];
  readonly expected: (inputs: Inputs) => tf.Tensor;
}

const image = (): Inputs => ({x: whole('x', 2, 5, 4, 4), filter: whole('filter', 3, 2, 2, 6)});
const imageFirst = (): Inputs => ({x: whole('x', 2, 4, 5, 4), filter: whole('filter', 3, 2, 2, 6)});
const statistics = (): Inputs => ({
  ...Object.fromEntries(['scale', 'offset', 'mean'].map(name => [name, whole(name, 6)])),
  // With an epsilon of 1/4 the deviation is 1/2.
  variance: tf.zeros([6]),
});
const plain = ({x, filter}: Inputs, channelsLast = true): tf.Tensor =>
  conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {
    pad: 'same',
    groups: 2,
    dataFormat: channelsLast ? 'NHWC' : 'NCHW',
  });
const normalized = (inputs: Inputs, channelsLast: boolean): tf.Tensor => {
  const [scale, offset, mean] = BATCH_NORM.map(name => along(inputs[name], channelsLast));
  return plain(inputs, channelsLast).sub(mean).mul(scale).mul(2).add(offset);
};
const fused = (...names: string[]) => ({...PLANAR, fused_ops: texts(...names)});
const fusedFirst = (...names: string[]) => ({...CHANNELS_FIRST, fused_ops: texts(...names)});

/** The gradient of an op by one of its two inputs at dy. */
const gradient = (op: (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor, by: 'x' | 'filter', {x, filter, dy}: Inputs) =>
  tf.grads((a: tf.Tensor, b: tf.Tensor) => op(a, b))([x, filter], dy)[by === 'x' ? 0 : 1];

const dilated = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
  conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {pad: 'same', groups: 2, dilations: [2, 1]});
const solid = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
  conv3d(x as tf.Tensor5D, filter as tf.Tensor5D, {strides: [1, 2, 1]});
const depthwise = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
  depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {strides: 2, pad: 'same'});

const TESTS: Readonly<Record<string, NodeTest>> = {
  '_FusedConv2D with FusedBatchNorm': {
    op: '_FusedConv2D',
    inputs: () => ({...image(), ...statistics()}),
    attr: {...fused('FusedBatchNorm'), epsilon: float(0.25), num_args: integer(4)},
    order: ['x', 'filter', ...BATCH_NORM],
    expected: inputs => normalized(inputs, true),
  },
  '_FusedConv2D with FusedBatchNorm and Relu, channels first': {
    op: '_FusedConv2D',
    inputs: () => ({...imageFirst(), ...statistics()}),
    attr: {...fusedFirst('FusedBatchNorm', 'Relu'), epsilon: float(0.25)},
    order: ['x', 'filter', ...BATCH_NORM],
    expected: inputs => normalized(inputs, false).relu(),
  },
  '_FusedConv2D with FusedBatchNorm and Prelu, channels first': {
    op: '_FusedConv2D',
    inputs: () => ({...imageFirst(), ...statistics(), alpha: whole('alpha', 6)}),
    attr: {...fusedFirst('FusedBatchNorm', 'Prelu'), epsilon: float(0.25)},
    order: ['x', 'filter', ...BATCH_NORM, 'alpha'],
    expected: inputs => {
      const y = normalized(inputs, false);
      return tf.where(y.greaterEqual(0), y, y.mul(along(inputs.alpha, false)));
    },
  },
  '_FusedConv2D with BiasAdd, Add and Relu': {
    op: '_FusedConv2D',
    inputs: () => ({...image(), bias: whole('bias', 6), side: whole('side', 2, 5, 4, 6)}),
    attr: fused('BiasAdd', 'Add', 'Relu'),
    order: ['x', 'filter', 'bias', 'side'],
    expected: inputs => plain(inputs).add(inputs.bias).add(inputs.side).relu(),
  },
  '_FusedConv2D with BiasAdd and Tanh': {
    op: '_FusedConv2D',
    inputs: () => ({...image(), bias: whole('bias', 6)}),
    attr: fused('BiasAdd', 'Tanh'),
    order: ['x', 'filter', 'bias'],
    expected: inputs => plain(inputs).add(inputs.bias).tanh(),
  },
  '_FusedConv2D with a bias of shape [1, 1, 1, channels], then Relu6': {
    op: '_FusedConv2D',
    inputs: () => ({...image(), bias: whole('bias', 1, 1, 1, 6)}),
    attr: fused('BiasAdd', 'Relu6'),
    order: ['x', 'filter', 'bias'],
    expected: inputs => plain(inputs).add(inputs.bias).clipByValue(0, 6),
  },
  '_FusedConv2DBackpropInput with BiasAdd and Relu, channels first': {
    op: '_FusedConv2DBackpropInput',
    inputs: () => ({
      ...imageFirst(),
      filter: whole('filter', 3, 2, 4, 6),
      dy: whole('dy', 2, 6, 5, 4),
      bias: whole('bias', 4),
    }),
    attr: fusedFirst('BiasAdd', 'Relu'),
    lists: {sizes: [2, 4, 5, 4]},
    order: ['sizes', 'filter', 'dy', 'bias'],
    expected: inputs =>
      gradient(
        (x, filter) => conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {pad: 'same', dataFormat: 'NCHW'}),
        'x',
        inputs,
      )
        .add(along(inputs.bias, false))
        .relu(),
  },
  'BiasAdd, channels first': {
    op: 'BiasAdd',
    inputs: () => ({x: whole('x', 2, 3, 4, 5, 2), bias: whole('bias', 3)}),
    attr: {data_format: text('NCHW')},
    order: ['x', 'bias'],
    expected: ({x, bias}) => x.add(bias.reshape([3, 1, 1, 1])),
  },
  'FusedBatchNormV3, channels first': {
    op: 'FusedBatchNormV3',
    inputs: () => ({x: whole('x', 2, 6, 4, 5), ...statistics()}),
    attr: {data_format: text('NCHW'), epsilon: float(0.25), is_training: {b: false}},
    order: ['x', ...BATCH_NORM],
    expected: ({x, scale, offset, mean}) =>
      x.sub(along(mean, false)).mul(along(scale, false)).mul(2).add(along(offset, false)),
  },
  'FusedBatchNormV3 by what it is given': {
    op: 'FusedBatchNormV3',
    inputs: () => ({
      // The mean is 1 and the variance 4, of every channel.
      x: tf.tensor([3, -1, 3, -1, -1, 3, -1, 3], [2, 2, 1, 2]),
      scale: tf.tensor1d([2, 3]),
      offset: tf.tensor1d([1, -1]),
      empty: tf.tensor1d([]),
    }),
    attr: {data_format: text('NHWC'), epsilon: float(0), is_training: {b: true}},
    order: ['x', 'scale', 'offset', 'empty', 'empty'],
    expected: () => tf.tensor([3, -4, 3, -4, -1, 2, -1, 2], [2, 2, 1, 2]),
  },
  '_FusedBatchNormEx with Relu and a side input': {
    op: '_FusedBatchNormEx',
    inputs: () => ({x: whole('x', 2, 4, 5, 6), ...statistics(), side: whole('side', 2, 4, 5, 6)}),
    attr: {
      data_format: text('NHWC'),
      epsilon: float(0.25),
      is_training: {b: false},
      num_side_inputs: integer(1),
      activation_mode: text('Relu'),
    },
    order: ['x', ...BATCH_NORM, 'side'],
    expected: ({x, scale, offset, mean, side}) => x.sub(mean).mul(scale).mul(2).add(offset).add(side).relu(),
  },
  Erfc: {
    op: 'Erfc',
    inputs: () => ({x: tf.tensor1d([-10, 0, 10])}),
    attr: {},
    order: ['x'],
    expected: () => tf.tensor1d([2, 1, 0]),
  },
  'MaxPool of channels first': {
    op: 'MaxPool',
    inputs: () => ({x: whole('pool', 2, 3, 5, 7)}),
    attr: {...CHANNELS_FIRST, ksize: integers(1, 1, 2, 3), strides: integers(1, 1, 2, 1)},
    order: ['x'],
    expected: ({x}) =>
      tf.transpose(tf.maxPool(tf.transpose(x, [0, 2, 3, 1]) as tf.Tensor4D, [2, 3], [2, 1], 'same'), [0, 3, 1, 2]),
  },
  'AvgPool of channels first': {
    op: 'AvgPool',
    inputs: () => ({x: whole('pool', 1, 2, 4, 4)}),
    attr: {...CHANNELS_FIRST, padding: text('VALID'), ksize: integers(1, 1, 2, 2), strides: integers(1, 1, 2, 2)},
    order: ['x'],
    expected: ({x}) =>
      tf.transpose(tf.avgPool(tf.transpose(x, [0, 2, 3, 1]) as tf.Tensor4D, 2, 2, 'valid'), [0, 3, 1, 2]),
  },
  '_FusedMatMul with a matrix for bias': {
    op: '_FusedMatMul',
    inputs: () => ({a: whole('a', 3, 4), b: whole('b', 5, 4), bias: whole('bias', 3, 5)}),
    attr: {transpose_b: {b: true}, fused_ops: texts('BiasAdd', 'Relu')},
    order: ['a', 'b', 'bias'],
    expected: ({a, b, bias}) => tf.relu(tf.add(tf.matMul(a, b, false, true), bias)),
  },
  '_FusedMatMul with a vector for bias': {
    op: '_FusedMatMul',
    inputs: () => ({a: whole('a', 4, 3), b: whole('b', 4, 5), bias: whole('bias', 5)}),
    attr: {transpose_a: {b: true}, fused_ops: texts('BiasAdd', 'LeakyRelu'), leakyrelu_alpha: float(0.5)},
    order: ['a', 'b', 'bias'],
    expected: ({a, b, bias}) => tf.leakyRelu(tf.add(tf.matMul(a, b, true, false), bias), 0.5),
  },
  '_FusedMatMul with a vector for bias of a plain product': {
    op: '_FusedMatMul',
    inputs: () => ({a: whole('a', 3, 4), b: whole('b', 4, 5), bias: whole('bias', 5)}),
    attr: {fused_ops: texts('BiasAdd')},
    order: ['a', 'b', 'bias'],
    expected: ({a, b, bias}) => tf.add(tf.matMul(a, b), bias),
  },
  'Conv2D after a control input, which comes last': {
    op: 'Conv2D',
    inputs: () => ({...image(), other: tf.scalar(1)}),
    attr: PLANAR,
    order: ['x', 'filter', '^other'],
    expected: inputs => plain(inputs),
  },
  'Conv1D of TensorFlow.js': {
    op: 'Conv1D',
    inputs: () => ({x: whole('x', 2, 9, 4), filter: whole('filter', 3, 2, 6)}),
    attr: {stride: integer(2), padding: text('SAME'), dilation: integer(2)},
    order: ['x', 'filter'],
    expected: ({x, filter}) =>
      conv1d(x as tf.Tensor3D, filter as tf.Tensor3D, {strides: 2, pad: 'same', dilations: 2, groups: 2}),
  },
  'Conv2DBackpropFilter, grouped and dilated': {
    op: 'Conv2DBackpropFilter',
    inputs: () => ({...image(), dy: whole('dy', 2, 5, 4, 6)}),
    attr: {...PLANAR, dilations: integers(1, 2, 1, 1)},
    lists: {sizes: [3, 2, 2, 6]},
    order: ['x', 'sizes', 'dy'],
    expected: inputs => gradient(dilated, 'filter', inputs),
  },
  Conv3DBackpropFilterV2: {
    op: 'Conv3DBackpropFilterV2',
    inputs: () => ({
      x: whole('x', 1, 3, 5, 4, 2),
      filter: whole('filter', 2, 2, 3, 2, 3),
      dy: whole('dy', 1, 2, 2, 2, 3),
    }),
    attr: {strides: integers(1, 1, 2, 1, 1), padding: text('VALID'), data_format: text('NDHWC')},
    lists: {sizes: [2, 2, 3, 2, 3]},
    order: ['x', 'sizes', 'dy'],
    expected: inputs => gradient(solid, 'filter', inputs),
  },
  DepthwiseConv2dNativeBackpropFilter: {
    op: 'DepthwiseConv2dNativeBackpropFilter',
    inputs: () => ({...image(), filter: whole('filter', 3, 2, 4, 2), dy: whole('dy', 2, 3, 2, 8)}),
    attr: {...PLANAR, strides: integers(1, 2, 2, 1)},
    lists: {sizes: [3, 2, 4, 2]},
    order: ['x', 'sizes', 'dy'],
    expected: inputs => gradient(depthwise, 'filter', inputs),
  },
  DepthwiseConv2dNativeBackpropInput: {
    op: 'DepthwiseConv2dNativeBackpropInput',
    inputs: () => ({...image(), filter: whole('filter', 3, 2, 4, 2), dy: whole('dy', 2, 3, 2, 8)}),
    attr: {...PLANAR, strides: integers(1, 2, 2, 1)},
    lists: {sizes: [2, 5, 4, 4]},
    order: ['sizes', 'filter', 'dy'],
    expected: inputs => gradient(depthwise, 'x', inputs),
  },
  'Conv2DBackpropInput with the spatial sizes only': {
    op: 'Conv2DBackpropInput',
    inputs: () => ({...image(), filter: whole('filter', 3, 2, 4, 6), dy: whole('dy', 2, 5, 4, 6)}),
    attr: PLANAR,
    lists: {sizes: [5, 4]},
    order: ['sizes', 'filter', 'dy'],
    expected: inputs =>
      gradient((x, filter) => conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, {pad: 'same'}), 'x', inputs),
  },
  'Conv3DBackpropInput, which is given a tensor of the shape': {
    op: 'Conv3DBackpropInput',
    inputs: () => ({
      x: whole('x', 1, 3, 5, 4, 2),
      filter: whole('filter', 2, 2, 3, 2, 3),
      dy: whole('dy', 1, 2, 2, 2, 3),
    }),
    attr: {strides: integers(1, 1, 2, 1, 1), padding: text('VALID'), data_format: text('NDHWC')},
    order: ['x', 'filter', 'dy'],
    expected: inputs => gradient(solid, 'x', inputs),
  },
};

describe.each(BACKENDS.map(({name}) => name))('nodes on %s', name => {
  let undo: () => void;
  beforeAll(async () => {
    await tf.setBackend(name);
    undo = registerGraphOps();
  });
  afterAll(() => undo());

  it.each(Object.entries(TESTS))('%s', (_, {op, inputs, attr, lists = {}, order, expected}) => {
    tf.tidy(() => {
      const given = inputs();
      expectSame(runNode(op, given, attr, lists, order), expected(given));
    });
  });
});
