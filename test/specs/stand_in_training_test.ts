import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import {values} from '../cases/accelerated_calls.js';
import {ACTIVATIONS, modelOfLayer, network, TRAINED_LAYERS} from '../cases/trained_layers.js';
import {BACKENDS} from '../support/backends.js';

/* Models of tfjs-layers train on every backend where kernels of ours stand in for the built-in ones. */

/** Equal up to the rounding of sums of some hundreds of products. */
function expectClose(got: tf.Tensor, expected: tf.Tensor): void {
  expect(got.shape).toEqual(expected.shape);
  const [a, b] = [got.dataSync(), expected.dataSync()];
  const largest = Math.max(1e-3, ...Array.from(b, Math.abs));
  expect(a.findIndex((value, i) => !(Math.abs(value - b[i]) <= 1e-5 * largest))).toBe(-1);
}

const batch = () => [values<tf.Rank.R4>('x', [4, 8, 8, 2]), tf.oneHot([0, 1, 2, 1], 3)];

/** The weights after a step on the built-in kernels of cpu, by the activation. */
const expected: {[activation: string]: Float32Array[]} = {};

beforeAll(async () => {
  await tf.setBackend('cpu');
  for (const activation of ACTIVATIONS) {
    const model = network(activation, tf.train.sgd(0.01));
    const [x, y] = batch();
    await model.trainOnBatch(x, y);
    expected[activation] = model.getWeights().map(weight => weight.dataSync<'float32'>().slice());
  }
});

describe.each(BACKENDS)('accelerated on $name', ({name}) => {
  let restore: () => void;
  beforeAll(async () => {
    await tf.setBackend(name);
    tf.scalar(0).dispose();
    restore = accelerate(name);
  });
  afterAll(() => restore());

  test.each(Object.entries(TRAINED_LAYERS))('a step of %s', async (what, make) => {
    const trained = make();
    const rate = 0.1;
    const model = modelOfLayer(what, trained, tf.train.sgd(rate));
    const x = values<tf.Rank>('x', [2, ...trained.inputShape] as [number]);
    const y = tf.mul(0.5, values<tf.Rank>('y', [2, ...(model.outputShape as number[]).slice(1)] as [number]));
    // Copies, which share no data with the weights.
    const weights = model.getWeights().map(weight => tf.tensor(weight.dataSync().slice(), weight.shape));
    const gradients = tf.grads((...all) => tf.losses.meanSquaredError(y, trained.ours(x, all)) as tf.Scalar)(weights);
    const {numTensors} = tf.memory();
    await model.trainOnBatch(x, y);
    expect(tf.memory().numTensors).toBe(numTensors);
    model.getWeights().forEach((weight, i) => expectClose(weight, tf.sub(weights[i], tf.mul(rate, gradients[i]))));
  });

  test.each(ACTIVATIONS)('a network with %s trains as on the built-in kernels of cpu', async activation => {
    const model = network(activation, tf.train.adam(0.01));
    const [x, y] = batch();
    await model.trainOnBatch(x, y);
    const {numTensors} = tf.memory();
    await model.fit(x, y, {epochs: 1, verbose: 0});
    expect(tf.memory().numTensors).toBe(numTensors);
    const again = network(activation, tf.train.sgd(0.01));
    await again.trainOnBatch(x, y);
    again.getWeights().forEach((weight, i) => expectClose(weight, tf.tensor(expected[activation][i], weight.shape)));
  });
});
