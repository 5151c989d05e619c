import * as tf from '@tensorflow/tfjs';
import '../../support/load/wasm.js';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';
import {layers} from 'tfjs-conv/layers';
import {LAYER_CASES} from '../../cases/layers.js';
import {computeByOps, largestDifference, makeLayer, tensorOf, titleOf} from '../../support/layers.js';

const RATE = 0.1;

describe.each(['cpu', 'wasm'])('training on %s', backend => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(LAYER_CASES.map(one => [titleOf(one), one] as const))('%s moves weights as its op does', async (_, one) => {
    const [x, target] = [tensorOf('x', one.x), tensorOf('target', one.y)];
    const model = tf.sequential();
    const layer = makeLayer({...one, args: {...one.args, inputShape: one.x.slice(1)}});
    model.add(layer);
    const weights = Object.entries(one.weights).map(([name, shape]) => tensorOf(name, shape));
    model.setWeights(weights);
    model.compile({optimizer: tf.train.sgd(RATE), loss: 'meanSquaredError'});
    await model.fit(x, target, {batchSize: one.x[0], epochs: 1, verbose: 0, shuffle: false});

    const loss = (...values: tf.Tensor[]) =>
      tf.losses.meanSquaredError(target, computeByOps(one, x, values)) as tf.Scalar;
    const gradients = tf.grads(loss)(weights);
    model.getWeights().forEach((weight, i) => {
      const expected = tf.sub(weights[i], tf.mul(gradients[i], RATE));
      expect(largestDifference(weight, expected)).toBeLessThan(1e-5);
      expect(largestDifference(weight, weights[i])).toBeGreaterThan(0);
    });
    model.dispose();
  });

  it('leaves the weights of a layer that is not trainable', async () => {
    const model = tf.sequential();
    model.add(
      layers.conv1d({filters: 2, kernelSize: 3, groups: 2, padding: 'causal', trainable: false, inputShape: [5, 2]}),
    );
    model.add(layers.conv1d({filters: 1, kernelSize: 1}));
    const before = model.getWeights().map(weight => weight.arraySync());
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    await model.fit(tf.ones([2, 5, 2]), tf.ones([2, 5, 1]), {verbose: 0});
    const after = model.getWeights().map(weight => weight.arraySync());
    const moved = after.map((weight, i) => JSON.stringify(weight) !== JSON.stringify(before[i]));
    // Weights that may be trained come first.
    expect(moved).toEqual([true, true, false, false]);
    model.dispose();
  });

  it('adds the loss of a regularizer of the output', async () => {
    const model = tf.sequential();
    model.add(
      layers.conv1d({
        filters: 1,
        kernelSize: 1,
        useBias: false,
        kernelInitializer: 'ones',
        activityRegularizer: tf.regularizers.l2({l2: 1}),
        inputShape: [3, 1],
      }),
    );
    model.compile({optimizer: tf.train.sgd(RATE), loss: 'meanSquaredError'});
    // y = w x with x = 1: the loss is 0 at w = 1, that of the regularizer 3 w^2 an image.
    await model.fit(tf.ones([4, 3, 1]), tf.ones([4, 3, 1]), {batchSize: 4, verbose: 0});
    expect(model.getWeights()[0].dataSync()[0]).toBeCloseTo(1 - RATE * 6, 5);
    expect(model.layers[0].getConfig()).toMatchObject({activityRegularizer: {className: 'L1L2'}});
    model.dispose();
  });
});
