import * as tf from '@tensorflow/tfjs';
import '../../support/load/wasm.js';
import 'tfjs-conv/cpu';
import {registerLayers} from 'tfjs-conv/layers';
import {LAYER_CASES} from '../../cases/layers.js';
import {computeByOps, largestDifference, makeLayer, tensorOf, titleOf} from '../../support/layers.js';

const map = () => tf.serialization.SerializationMap.getMap().classNameMap;

/** The prototypes of TensorFlow.js' own layers, and the methods and classes that they have now. */
const sample = {filters: 1, kernelSize: 1, name: 'sample'};
const stock = [
  tf.layers.conv1d(sample),
  tf.layers.conv2d(sample),
  tf.layers.conv3d(sample),
  tf.layers.conv2dTranspose(sample),
  tf.layers.conv3dTranspose(sample),
  tf.layers.depthwiseConv2d(sample),
  tf.layers.separableConv2d(sample),
  tf.layers.batchNormalization({name: 'sample'}),
  tf.sequential({name: 'sample'}),
];

function state(): unknown[] {
  const chains = stock.flatMap(layer => {
    const chain: object[] = [];
    for (let at: object | null = Object.getPrototypeOf(layer); at !== null; at = Object.getPrototypeOf(at))
      chain.push(at);
    return chain.flatMap(prototype => [prototype, prototype.constructor]);
  });
  const descriptors = chains.map(holder => Object.getOwnPropertyDescriptors(holder));
  return [descriptors, {...map()}, Object.getOwnPropertySymbols(tf.serialization.SerializationMap.getMap())];
}

const before = state();

beforeAll(() => tf.setBackend('cpu'));
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

describe('registerLayers', () => {
  it('is undone completely, however calls overlap', () => {
    const first = registerLayers();
    const during = state();
    expect(during).not.toEqual(before);
    const second = registerLayers();
    first();
    first();
    expect(state()).toEqual(during);
    second();
    expect(state()).toEqual(before);
    second();
    expect(state()).toEqual(before);
  });

  it('is undone once by two copies of the package', () => {
    const undo = registerLayers();
    const [core, kerasLayers] = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'].map(name =>
      jest.requireActual(name),
    );
    let copy: typeof registerLayers = registerLayers;
    jest.isolateModules(() => {
      jest.doMock('@tensorflow/tfjs-core', () => core);
      jest.doMock('@tensorflow/tfjs-layers', () => kerasLayers);
      copy = jest.requireActual<typeof import('tfjs-conv/layers')>('tfjs-conv/layers').registerLayers;
    });
    expect(copy).not.toBe(registerLayers);
    const during = state();
    const undoCopy = copy();
    undo();
    expect(state()).toEqual(during);
    undoCopy();
    expect(state()).toEqual(before);
  });

  it('leaves what somebody has replaced since', () => {
    const undo = registerLayers();
    class Mine extends tf.layers.Layer {
      static className = 'Conv2D';
    }
    tf.serialization.registerClass(Mine);
    undo();
    expect(map().Conv2D[0]).toBe(Mine);
    const [, {Conv2D}] = before as [unknown, ReturnType<typeof map>];
    map().Conv2D = Conv2D;
    expect(state()).toEqual(before);
  });

  const FACTORIES = LAYER_CASES.filter(({factory}) => factory in tf.layers);
  it.each(FACTORIES.map(one => [titleOf(one), one] as const))('makes tf.layers.%s right', (_, one) => {
    const undo = registerLayers();
    const layer = makeLayer(one, tf.layers);
    const x = tensorOf('x', one.x);
    const weights = Object.entries(one.weights).map(([name, shape]) => tensorOf(name, shape));
    layer.build([...one.x]);
    layer.setWeights(weights);
    const y = layer.apply(x) as tf.Tensor;
    const config = layer.getConfig();
    undo();
    expect(y.shape).toEqual(one.y);
    expect(layer.weights.map(({shape}) => shape)).toEqual(Object.values(one.weights));
    expect(largestDifference(y, computeByOps(one, x, weights))).toBeLessThan(1e-5);
    expect(config).toMatchObject(Object.fromEntries(Object.entries(one.args).filter(([key]) => key === 'groups')));
  });

  it('leaves models that are right as they are', () => {
    const make = () => {
      const model = tf.sequential({name: 'plain'});
      const ones = {kernelInitializer: 'ones' as const, name: 'a', inputShape: [9, 8, 3]};
      model.add(tf.layers.conv2d({...ones, filters: 4, kernelSize: 3, padding: 'same', activation: 'relu'}));
      model.add(tf.layers.depthwiseConv2d({name: 'b', kernelSize: 3, depthwiseInitializer: 'ones'}));
      model.add(tf.layers.separableConv2d({name: 'c', filters: 2, kernelSize: 2, depthwiseInitializer: 'ones'}));
      model.add(
        tf.layers.conv2dTranspose({name: 'd', filters: 2, kernelSize: 2, strides: 2, kernelInitializer: 'ones'}),
      );
      model.add(tf.layers.batchNormalization({name: 'e'}));
      const y = model.predict(tensorOf('x', [1, 9, 8, 3])) as tf.Tensor;
      return {json: model.toJSON(undefined, false), names: model.weights.map(({originalName}) => originalName), y};
    };
    const without = make();
    const undo = registerLayers();
    const withLayers = make();
    undo();
    expect(withLayers.json).toEqual(without.json);
    expect(withLayers.names).toEqual(without.names);
    expect([...withLayers.y.dataSync()]).toEqual([...without.y.dataSync()]);
  });

  it('trains dilated layers of TensorFlow.js', async () => {
    const undo = registerLayers();
    const model = tf.sequential();
    model.add(tf.layers.conv2d({filters: 2, kernelSize: 3, dilationRate: 2, inputShape: [7, 7, 1]}));
    model.add(tf.layers.depthwiseConv2d({kernelSize: 2, dilationRate: 2}));
    const old = model.getWeights().map(weight => weight.clone());
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    await model.fit(tf.ones([2, 7, 7, 1]), tf.ones([2, 1, 1, 2]), {verbose: 0});
    undo();
    const moved = model.getWeights().map((weight, i) => largestDifference(weight, old[i]) > 0);
    expect(moved).toEqual([true, true, true, true]);
  });
});
