import * as tf from '@tensorflow/tfjs';
import '../../support/load/wasm.js';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';
import {loadLayersModel, registerLayers} from 'tfjs-conv/layers';

/*
 * Layers of Keras that TensorFlow.js lacks or has otherwise, on numbers that can be computed in the head or by a formula.
 */

interface More {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly x: number[] | number[][] | number[][][] | number[][][][];
  /** Nested arrays of the result. */
  readonly y: unknown;
}

/** One image of one row and one channel. */
const row = (...values: number[]): number[][] => values.map(value => [value]);

const CASES: readonly More[] = [
  {className: 'ZeroPadding1D', config: {padding: [1, 2]}, x: row(1, 2), y: row(0, 1, 2, 0, 0)},
  {className: 'Cropping1D', config: {cropping: [1, 2]}, x: row(1, 2, 3, 4, 5), y: row(2, 3)},
  {className: 'UpSampling1D', config: {size: 2}, x: row(1, 2), y: row(1, 1, 2, 2)},
  {className: 'UpSampling2D', config: {size: [2, 1]}, x: [row(1, 2)], y: [row(1, 2), row(1, 2)]},
  {
    className: 'UpSampling2D',
    config: {size: [1, 2], interpolation: 'bilinear'},
    x: [row(0, 4)],
    y: [row(0, 1, 3, 4)],
  },
  {
    className: 'UpSampling3D',
    config: {size: [1, 1, 2], data_format: 'channels_first'},
    x: [[[[1, 2]]]],
    y: [[[[1, 1, 2, 2]]]],
  },
  {
    className: 'ZeroPadding3D',
    config: {
      padding: [
        [0, 0],
        [0, 0],
        [1, 0],
      ],
    },
    x: [[row(1, 2)]],
    y: [[row(0, 1, 2)]],
  },
  {
    className: 'Cropping3D',
    config: {
      cropping: [
        [0, 0],
        [0, 0],
        [1, 0],
      ],
    },
    x: [[row(1, 2)]],
    y: [[row(2)]],
  },
  {className: 'GlobalAveragePooling1D', config: {keepdims: true}, x: row(1, 3), y: row(2)},
  {className: 'GlobalAveragePooling2D', config: {}, x: [row(1, 3)], y: [2]},
  {
    className: 'GlobalAveragePooling2D',
    config: {keepdims: true, data_format: 'channels_first'},
    x: [[[1, 3]]],
    y: [[[2]]],
  },
  {className: 'GlobalMaxPooling3D', config: {}, x: [[row(1, 3)]], y: [3]},
  {className: 'GlobalAveragePooling3D', config: {keepdims: true}, x: [[row(1, 3)]], y: [[row(2)]]},
  {
    className: 'ReLU',
    config: {max_value: 6, negative_slope: 0.5, threshold: 1},
    x: [-1, 0.5, 2, 9],
    y: [-1, -0.25, 2, 6],
  },
  {className: 'ELU', config: {alpha: 0.5}, x: [-1, 2], y: [0.5 * Math.expm1(-1), 2]},
  {className: 'LeakyReLU', config: {negative_slope: 0.5}, x: [-1, 2], y: [-0.5, 2]},
  {className: 'Normalization', config: {axis: -1, mean: [1, 2], variance: [4, 0.25]}, x: [[3, 3]], y: [[1, 2]]},
  {className: 'Normalization', config: {axis: null, mean: 1, variance: 4, invert: true}, x: [3], y: [7]},
  {className: 'UnitNormalization', config: {axis: -1}, x: [3, 4], y: [0.6, 0.8]},
  {
    className: 'GroupNormalization',
    config: {groups: 2, axis: -1, epsilon: 0},
    x: [[1, 3, 10, 30]],
    y: [[-1, 1, -1, 1]],
  },
  {
    className: 'CenterCrop',
    config: {height: 1, width: 2},
    x: [row(0, 0, 0, 0, 0), row(1, 2, 3, 4, 5), row(0, 0, 0, 0, 0)],
    y: [row(2, 3)],
  },
  {
    className: 'Resizing',
    config: {height: 1, width: 4, interpolation: 'bilinear'},
    x: [row(0, 4)],
    y: [row(0, 1, 3, 4)],
  },
  {className: 'SpatialDropout2D', config: {rate: 0.5}, x: [row(1, 3)], y: [row(1, 3)]},
  {className: 'Identity', config: {}, x: [1, 2], y: [1, 2]},
  ...Object.entries({
    silu: (x: number) => x / (1 + Math.exp(-x)),
    hard_silu: (x: number) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    hard_tanh: (x: number) => Math.min(Math.max(x, -1), 1),
    leaky_relu: (x: number) => (x > 0 ? x : 0.2 * x),
    exponential: Math.exp,
    log_sigmoid: (x: number) => -Math.log1p(Math.exp(-x)),
    soft_shrink: (x: number) => Math.sign(x) * Math.max(Math.abs(x) - 0.5, 0),
    hard_shrink: (x: number) => (Math.abs(x) > 0.5 ? x : 0),
    tanh_shrink: (x: number) => x - Math.tanh(x),
    squareplus: (x: number) => (x + Math.sqrt(x * x + 4)) / 2,
    celu: (x: number) => (x > 0 ? x : Math.expm1(x)),
  }).map(([activation, compute]) => {
    const x = [-4, -1.5, -0.25, 0.25, 1.5, 4];
    return {className: 'Activation', config: {activation}, x, y: x.map(compute)};
  }),
];

const topologyOf = ({className, config, x}: More): object => {
  const {shape} = tf.tidy(() => tf.tensor(x as number[]));
  return {
    class_name: 'Sequential',
    config: {
      name: 'model',
      layers: [
        {class_name: 'InputLayer', config: {batch_shape: [null, ...shape], dtype: 'float32', name: 'input'}},
        {class_name: className, config: {name: 'layer', trainable: true, dtype: 'float32', ...config}},
      ],
    },
  };
};

describe.each(['cpu', 'wasm'])('on %s', backend => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(CASES.map(one => [`${one.className} ${JSON.stringify(one.config)}`, one] as const))('%s', async (_, one) => {
    const model = await loadLayersModel(tf.io.fromMemory({modelTopology: topologyOf(one)}));
    const x = tf.tensor([one.x as number[]]);
    const y = model.predict(x) as tf.Tensor;
    const expected = tf.tensor([one.y as number[]]);
    expect(model.outputs[0].shape).toEqual([null, ...expected.shape.slice(1)]);
    expect(y.shape).toEqual(expected.shape);
    expected.dataSync().forEach((value, i) => expect(y.dataSync()[i]).toBeCloseTo(value, 5));
    // What it saves is the same layer.
    const again = await loadLayersModel(tf.io.fromMemory({modelTopology: model.toJSON(undefined, false) as object}));
    expect([...(again.predict(x) as tf.Tensor).dataSync()]).toEqual([...y.dataSync()]);
  });

  it.each([
    ['five axes', -1, [2, 2, 3, 2, 2]],
    ['channels first', 1, [2, 3, 4, 2]],
  ])('BatchNormalization of %s, in training too', async (_, axis, shape) => {
    const undo = registerLayers();
    const layer = tf.layers.batchNormalization({axis, epsilon: 0, momentum: 0.5});
    const x = tf.randomNormal(shape, 1, 2, 'float32', 3);
    layer.apply(x);
    const rest = shape.map((__, i) => i).filter(i => i !== (axis + shape.length) % shape.length);
    const {mean, variance} = tf.moments(x, rest, true);
    const trained = layer.apply(x, {training: true}) as tf.Tensor;
    const inferred = layer.apply(x) as tf.Tensor;
    undo();
    const normalized = tf.div(tf.sub(x, mean), tf.sqrt(variance));
    expect(tf.max(tf.abs(tf.sub(trained, normalized))).dataSync()[0]).toBeLessThan(1e-5);
    // Half of the way from 0 and 1.
    const moved = tf.div(tf.sub(x, tf.mul(mean, 0.5)), tf.sqrt(tf.add(tf.mul(variance, 0.5), 0.5)));
    expect(tf.max(tf.abs(tf.sub(inferred, moved))).dataSync()[0]).toBeLessThan(1e-5);
  });
});

it.each([
  [
    'interpolation',
    'UpSampling2D',
    {interpolation: 'bicubic'},
    'UpSampling2D: interpolation must be one of bilinear, nearest',
  ],
  ['size', 'UpSampling1D', {size: 0}, 'UpSampling1D: size must be an integer from 1'],
  ['padding', 'ZeroPadding1D', {padding: -1}, 'ZeroPadding1D: padding must be'],
  ['cropping', 'Cropping3D', {cropping: [1, 2]}, 'Cropping3D: cropping must be'],
  ['groups', 'GroupNormalization', {groups: 3}, 'GroupNormalization: groups must divide channels'],
  [
    'operation',
    'KerasOperation',
    {operation: 'nothing', args: [], kwargs: {}},
    'KerasOperation: a function between layers',
  ],
])('a wrong %s is rejected', async (_, className, config, message) => {
  const modelTopology = topologyOf({className, config, x: [[[[1, 2]]]], y: 0});
  await expect(loadLayersModel(tf.io.fromMemory({modelTopology}))).rejects.toThrow(message);
});
