import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv/cpu';
import {loadLayersModel, registerLayers} from 'tfjs-conv/layers';
import {largestDifference, tensorOf} from '../../support/layers.js';

type Json = Record<string, unknown>;

const policy = {module: 'keras', class_name: 'DTypePolicy', config: {name: 'float32'}, registered_name: null};
const tensor = (name: string, node = 0, index = 0): Json => ({
  class_name: '__keras_tensor__',
  config: {shape: [null, 8, 8, 4], dtype: 'float32', keras_history: [name, node, index]},
});
const call = (...args: unknown[]): Json => ({args, kwargs: {}});
const layer = (class_name: string, name: string, config: Json, ...inbound_nodes: Json[]): Json => ({
  module: 'keras.layers',
  class_name,
  config: {name, trainable: true, dtype: policy, ...config},
  registered_name: null,
  build_config: {input_shape: [null, 8, 8, 4]},
  name,
  inbound_nodes,
});
const input = (name: string, shape: Array<number | null>): Json => ({
  class_name: 'InputLayer',
  config: {batch_shape: shape, dtype: 'float32', sparse: false, ragged: false, name, optional: false},
  name,
  inbound_nodes: [],
});
const functional = (layers: Json[], input_layers: unknown, output_layers: unknown, name = 'functional'): Json => ({
  class_name: 'Functional',
  config: {name, trainable: true, layers, input_layers, output_layers},
});
const conv = (groups: number, filters = 4): Json => ({
  filters,
  kernel_size: [3, 3],
  strides: [1, 1],
  padding: 'same',
  data_format: 'channels_last',
  dilation_rate: [1, 1],
  groups,
  activation: 'relu',
  use_bias: true,
  kernel_initializer: {
    module: 'keras.initializers',
    class_name: 'LecunNormal',
    config: {seed: null},
    registered_name: null,
  },
  bias_initializer: {module: 'keras.initializers', class_name: 'Zeros', config: {}, registered_name: null},
  kernel_regularizer: {module: 'keras.regularizers', class_name: 'L2', config: {l2: 0.5}, registered_name: null},
});

/** Artifacts with weights of these names and shapes. */
function artifacts(model_config: Json, weights: Readonly<Record<string, number[]>>): tf.io.ModelArtifacts {
  const values = Object.entries(weights).map(([name, shape]) => tensorOf(name.slice(name.lastIndexOf('/')), shape));
  return {
    modelTopology: {keras_version: '3.15.1', backend: 'tensorflow', model_config},
    weightSpecs: Object.entries(weights).map(([name, shape]) => ({name, shape, dtype: 'float32'})),
    weightData: Float32Array.from(values.flatMap(value => [...value.dataSync()])).buffer,
  };
}

const LOADERS: ReadonlyArray<[string, (given: tf.io.ModelArtifacts) => Promise<tf.LayersModel>]> = [
  ['loadLayersModel', given => loadLayersModel(tf.io.fromMemory(given))],
  [
    'tf.loadLayersModel under registerLayers',
    async given => {
      const undo = registerLayers();
      try {
        return await tf.loadLayersModel(tf.io.fromMemory(given));
      } finally {
        undo();
      }
    },
  ],
];

beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

const x = () => tensorOf('x', [2, 8, 8, 4]);

describe.each(LOADERS)('%s', (_, load) => {
  it('reads a model of Keras 3', async () => {
    const topology = functional(
      [
        input('image_1', [null, 8, 8, 4]),
        layer('Conv2D', 'conv_1', conv(2), call(tensor('image_1'))),
        layer('Add', 'add', {}, call([tensor('conv_1'), tensor('image_1')])),
      ],
      ['image_1', 0, 0],
      {out: ['add', 0, 0]},
    );
    const given = artifacts(topology, {'conv_1/kernel': [3, 3, 2, 4], 'conv_1/bias': [4]});
    const model = await load(given);
    const [kernel, bias] = model.layers[1].getWeights();
    expect(largestDifference(kernel, tensorOf('/kernel', [3, 3, 2, 4]))).toBe(0);
    const image = x();
    const parts = [0, 2].map(begin => {
      const part = tf.conv2d(
        image.slice([0, 0, 0, begin], [-1, -1, -1, 2]) as tf.Tensor4D,
        kernel.slice([0, 0, 0, begin], [-1, -1, -1, 2]) as tf.Tensor4D,
        1,
        'same',
      );
      return part;
    });
    const expected = tf.relu(tf.concat(parts, 3).add(bias)).add(image);
    expect(largestDifference(model.predict(image) as tf.Tensor, expected)).toBeLessThan(1e-5);
    expect(model.layers[1].getConfig()).toMatchObject({
      kernelInitializer: {config: {scale: 1, mode: 'fanIn'}},
      kernelRegularizer: {className: 'L1L2', config: {l1: 0, l2: 0.5}},
    });
  });

  it.each([
    ['.h5', 'encoder/conv/kernel', 'encoder/conv/bias', 'head/kernel', 'head/bias'],
    [
      '.keras',
      'layers/functional/layers/conv2d/vars/0',
      'layers/functional/layers/conv2d/vars/1',
      'layers/conv2d/vars/0',
      'layers/conv2d/vars/1',
    ],
  ])('reads nested and shared models, with the names of weights of %s', async (__, ...names) => {
    const encoder = functional(
      [input('inner', [null, 8, 8, 4]), layer('Conv2D', 'conv', conv(4), call(tensor('inner')))],
      ['inner', 0, 0],
      ['conv', 0, 0],
      'encoder',
    );
    const topology = functional(
      [
        input('a', [null, 8, 8, 4]),
        input('b', [null, 8, 8, 4]),
        {...encoder, name: 'encoder', inbound_nodes: [call(tensor('a')), call(tensor('b'))]},
        layer('Subtract', 'difference', {}, call([tensor('encoder', 0), tensor('encoder', 1)])),
        layer('Conv2D', 'head', conv(1, 1), call(tensor('difference'))),
      ],
      [
        ['a', 0, 0],
        ['b', 0, 0],
      ],
      ['head', 0, 0],
    );
    const shapes = [[3, 3, 1, 4], [4], [3, 3, 4, 1], [1]];
    const model = await load(artifacts(topology, Object.fromEntries(names.map((name, i) => [name, shapes[i]]))));
    expect(model.getWeights().map(({shape}) => shape)).toEqual(shapes);
    const image = x();
    const other = tf.zerosLike(image);
    const y = model.predict([image, other]) as tf.Tensor;
    const [a, b] = [image, other].map(one => (model.layers[2] as tf.LayersModel).predict(one) as tf.Tensor);
    expect(largestDifference(y, model.layers[4].apply(tf.sub(a, b)) as tf.Tensor)).toBe(0);
  });

  it('reads a Sequential, operations between layers, and activations of Keras 3', async () => {
    const inner: Json = {
      class_name: 'Sequential',
      config: {
        name: 'sequential',
        trainable: true,
        dtype: policy,
        layers: [input('inner', [null, 8, 8, 4]), layer('Activation', 'activation', {activation: 'hard_silu'})],
        build_input_shape: [null, 8, 8, 4],
      },
      name: 'sequential',
      inbound_nodes: [call(tensor('image'))],
    };
    const plus = {
      class_name: 'Add',
      config: {name: 'add'},
      name: 'add',
      inbound_nodes: [call(tensor('sequential'), 2)],
    };
    const mean = {
      class_name: 'Mean',
      config: {name: 'mean', axis: [1, 2], keepdims: true},
      name: 'mean',
      inbound_nodes: [call(tensor('add'))],
    };
    const sigmoid = layer('Activation', 'sigmoid', {activation: 'hard_sigmoid'}, call(tensor('mean')));
    const topology = functional(
      [input('image', [null, 8, 8, 4]), inner, plus, mean, sigmoid],
      ['image', 0, 0],
      ['sigmoid', 0, 0],
    );
    const model = await load({modelTopology: topology});
    const image = x();
    const sixth = (t: tf.Tensor) => tf.clipByValue(t.add(3), 0, 6).div(6);
    const expected = sixth(image.mul(sixth(image)).add(2).mean([1, 2], true));
    expect(model.outputs[0].shape).toEqual([null, 1, 1, 4]);
    expect(largestDifference(model.predict(image) as tf.Tensor, expected)).toBeLessThan(1e-6);
  });

  it('tells layers apart whose names differ in underscores only', async () => {
    const topology = functional(
      [
        input('image', [null, 8, 8, 4]),
        layer('ReLU', 'relu1', {max_value: 1}, call(tensor('image'))),
        layer('Rescaling', 'scale', {scale: 3, offset: 0.5}, call(tensor('relu1'))),
        layer('ReLU', 'relu_1', {max_value: 2}, call(tensor('scale'))),
        layer('Rescaling', 'last', {scale: 10, offset: 0}, call(tensor('relu_1'))),
      ],
      ['image', 0, 0],
      ['last', 0, 0],
    );
    const model = await load({modelTopology: topology});
    const image = x();
    const expected = tf.clipByValue(tf.clipByValue(image, 0, 1).mul(3).add(0.5), 0, 2).mul(10);
    expect(largestDifference(model.predict(image) as tf.Tensor, expected)).toBeLessThan(1e-5);
  });

  it('reads calls of functions that tf_keras writes', async () => {
    const lambda = (name: string, fn: string, node: unknown[]): Json => ({
      class_name: 'TFOpLambda',
      config: {name, trainable: true, dtype: 'float32', function: fn},
      name,
      inbound_nodes: [node],
    });
    const topology = functional(
      [
        {
          class_name: 'InputLayer',
          config: {batch_input_shape: [null, 8, 8, 4], dtype: 'float32', name: 'in_1'},
          name: 'in_1',
          inbound_nodes: [],
        },
        lambda('tf.__operators__.add', '__operators__.add', ['in_1', 0, 0, {y: 3, name: null}]),
        lambda('tf.nn.relu6', 'nn.relu6', ['tf.__operators__.add', 0, 0, {name: null}]),
        lambda('tf.math.multiply', 'math.multiply', ['in_1', 0, 0, {y: ['tf.nn.relu6', 0, 0], name: null}]),
        lambda('tf.math.subtract', 'math.subtract', [
          '_CONSTANT_VALUE',
          -1,
          1,
          {y: ['tf.math.multiply', 0, 0], name: null},
        ]),
      ],
      [['in_1', 0, 0]],
      [['tf.math.subtract', 0, 0]],
    );
    const model = await load({modelTopology: topology});
    const image = x();
    const expected = tf.sub(1, image.mul(tf.clipByValue(image.add(3), 0, 6)));
    expect(largestDifference(model.predict(image) as tf.Tensor, expected)).toBeLessThan(1e-6);
  });
});

it('loads weights as they are saved, whatever the constraints', async () => {
  const constrained = {...conv(1), kernel_constraint: {module: 'keras.constraints', class_name: 'NonNeg', config: {}}};
  const topology: Json = {
    class_name: 'Sequential',
    config: {
      name: 's',
      trainable: true,
      dtype: policy,
      layers: [input('i', [null, 8, 8, 4]), layer('Conv2D', 'c', constrained)],
    },
  };
  const model = await loadLayersModel(
    tf.io.fromMemory(artifacts(topology, {'s/c/kernel': [3, 3, 4, 4], 's/c/bias': [4]})),
  );
  expect(tf.min(model.getWeights()[0]).dataSync()[0]).toBeLessThan(0);
});

it.each<[string, () => Promise<unknown>, string]>([
  [
    'no topology',
    () => loadLayersModel(tf.io.fromMemory({modelTopology: {}})),
    'loadLayersModel: modelTopology must be',
  ],
  [
    'a class that is none',
    () => loadLayersModel(tf.io.fromMemory({modelTopology: {class_name: 'Nothing', config: {}}})),
    "loadLayersModel: class_name must be that of a model; got class_name='Nothing'",
  ],
  [
    'no load',
    () =>
      loadLayersModel({save: async () => ({modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}})}),
    'a handler must have the method load',
  ],
])('loadLayersModel rejects %s', async (_, load, message) => {
  const {numTensors} = tf.memory();
  await expect(load()).rejects.toThrow(message);
  expect(tf.memory().numTensors).toBe(numTensors);
});
