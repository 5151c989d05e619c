import * as tf from '@tensorflow/tfjs';
import '../../support/load/wasm.js';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';
import {layers, loadLayersModel} from 'tfjs-conv/layers';
import {LAYER_CASES} from '../../cases/layers.js';
import type {LayerCase} from '../../cases/layers.js';
import {computeByOps, largestDifference, makeLayer, tensorOf, titleOf} from '../../support/layers.js';

const CASES = LAYER_CASES.map(one => [titleOf(one), one] as const);

/** A layer with weights of its case, bias included. */
function built(one: LayerCase): {layer: tf.layers.Layer; weights: tf.Tensor[]} {
  const layer = makeLayer(one);
  layer.build([...one.x]);
  const weights = Object.entries(one.weights).map(([name, shape]) => tensorOf(name, shape));
  layer.setWeights(weights);
  return {layer, weights};
}

/** What a model saves. */
async function artifactsOf(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler(async artifacts => {
      saved = artifacts;
      return {modelArtifactsInfo: {dateSaved: new Date(0), modelTopologyType: 'JSON'}};
    }),
  );
  return saved;
}

describe.each(['cpu', 'wasm'])('layers on %s', backend => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(CASES)('%s computes its op', (_, one) => {
    const {layer, weights} = built(one);
    const x = tensorOf('x', one.x);
    const y = layer.apply(x) as tf.Tensor;
    expect(y.shape).toEqual(one.y);
    // Two ops in place of one may round a middle result.
    const bound = one.factory === 'separableConv1d' ? 1e-5 : 0;
    expect(largestDifference(y, computeByOps(one, x, weights))).toBeLessThanOrEqual(bound);
  });

  it.each(CASES)('%s leaks nothing', (_, one) => {
    const {layer} = built(one);
    const x = tensorOf('x', one.x);
    const before = tf.memory().numTensors;
    (layer.apply(x) as tf.Tensor).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(CASES)('%s of a batch of 0', (_, one) => {
    const {layer} = built(one);
    const [, ...rest] = one.x;
    expect((layer.apply(tf.zeros([0, ...rest])) as tf.Tensor).shape).toEqual([0, ...one.y.slice(1)]);
  });
});

describe('layers', () => {
  beforeAll(() => tf.setBackend('cpu'));
  beforeEach(() => tf.engine().startScope());
  afterEach(() => tf.engine().endScope());

  it.each(CASES)('%s has the shapes and weights of Keras', (_, one) => {
    const {layer} = built(one);
    expect(layer.computeOutputShape([null, ...one.x.slice(1)])).toEqual([null, ...one.y.slice(1)]);
    expect(layer.weights.map(({originalName, shape}) => [originalName, shape])).toEqual(Object.entries(one.weights));
    const last = one.x.length - 1;
    const isFirst = one.options.dataFormat?.startsWith('NC') ?? false;
    const unknown = one.x.map((size, axis) => (axis === (isFirst ? 1 : last) ? size : null));
    expect(layer.computeOutputShape(unknown)).toEqual(
      one.y.map((size, axis) => (axis === (isFirst ? 1 : last) ? size : null)),
    );
  });

  it.each(CASES)('%s is saved and loaded', async (_, one) => {
    const layer = makeLayer(one);
    const input = tf.input({shape: one.x.slice(1)});
    const model = tf.model({inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor});
    // TensorFlow.js names weights by their layer where a model builds it.
    layer.setWeights(Object.entries(one.weights).map(([name, shape]) => tensorOf(name, shape)));
    const artifacts = await artifactsOf(model);
    const loaded = await loadLayersModel(tf.io.fromMemory(artifacts));
    expect(loaded.toJSON(undefined, false)).toEqual(model.toJSON(undefined, false));
    expect(loaded.layers[1].getClassName()).toBe(layer.getClassName());
    const x = tensorOf('x', one.x);
    expect(largestDifference(loaded.predict(x) as tf.Tensor, model.predict(x) as tf.Tensor)).toBe(0);
  });

  it('are given initializers, regularizers and constraints by name, configuration or object', () => {
    const layer = layers.depthwiseConv2d({
      kernelSize: 3,
      depthwiseInitializer: 'ones',
      depthwiseRegularizer: tf.regularizers.l2({l2: 0.5}),
      depthwiseConstraint: 'nonNeg',
      biasInitializer: tf.initializers.constant({value: 2}),
    });
    layer.build([null, 5, 5, 2]);
    expect(layer.getWeights().map(weight => weight.dataSync()[0])).toEqual([1, 2]);
    expect(layer.calculateLosses().map(loss => loss.dataSync()[0])).toEqual([9]);
    expect(layer.getConfig()).toMatchObject({
      depthwiseInitializer: {className: 'Ones'},
      depthwiseRegularizer: {className: 'L1L2', config: {l1: 0, l2: 0.5}},
      depthwiseConstraint: {className: 'NonNeg'},
    });
    expect(() => layers.depthwiseConv2d({kernelSize: 3, depthwiseInitializer: 'nobody' as 'ones'})).toThrow(
      'Unknown initializer: nobody',
    );
  });

  it('cast their input to float32', () => {
    const layer = layers.conv2d({filters: 1, kernelSize: 2, kernelInitializer: 'ones'});
    expect((layer.apply(tf.ones([1, 2, 2, 1], 'int32')) as tf.Tensor).arraySync()).toEqual([[[[4]]]]);
  });

  it.each<[string, () => unknown, string]>([
    [
      'groups',
      () => layers.conv2d({filters: 4, kernelSize: 1, groups: 3}),
      'Conv2D: groups must divide filters; got [groups, filters]=[3,4]',
    ],
    ['groups of 0', () => layers.conv1d({filters: 4, kernelSize: 1, groups: 0}), 'Conv1D: groups must be'],
    ['strides', () => layers.conv2d({filters: 4, kernelSize: 1, strides: 0}), 'Conv2D: strides must be'],
    ['dilation', () => layers.conv3d({filters: 4, kernelSize: 1, dilationRate: [1, 1.5, 1]}), 'dilationRate'],
    ['kernel', () => layers.conv2d({filters: 4, kernelSize: 1.5}), 'Conv2D: kernelSize must be'],
    ['causal', () => layers.conv2d({filters: 4, kernelSize: 1, padding: 'causal'}), "Conv2D: pad 'causal' is for 1-D"],
    [
      'transposed',
      () => layers.conv1dTranspose({filters: 4, kernelSize: 1, padding: 'causal'}),
      'Conv1DTranspose: padding must be',
    ],
    [
      'multiplier',
      () => layers.depthwiseConv1d({kernelSize: 1, depthMultiplier: 0}),
      'DepthwiseConv1D: depthMultiplier must be',
    ],
    [
      'output padding',
      () => layers.conv2dTranspose({filters: 1, kernelSize: 1, outputPadding: -1}),
      'Conv2DTranspose: outputPadding must be',
    ],
    [
      'mid filters',
      () => layers.spatiallySeparableConv2d({filters: 4, kernelSize: 1, groups: 2, midFilters: 3}),
      'groups must divide midFilters',
    ],
    [
      'input channels',
      () => layers.conv2d({filters: 4, kernelSize: 1, groups: 2}).build([null, 3, 3, 5]),
      'Conv2D: groups must divide inChannels',
    ],
    [
      'unknown channels',
      () => layers.conv2d({filters: 4, kernelSize: 1}).build([null, 3, 3, null]),
      'channel dimension of the inputs should be defined',
    ],
  ])('reject %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
