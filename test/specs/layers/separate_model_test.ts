import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv/cpu';
import {registerLayers, separateModel} from 'tfjs-conv/layers';
import type {SeparateModelOptions} from 'tfjs-conv/layers';
import {numbers} from '../../support/data.js';
import {counts} from '../../support/memory.js';
import {distance, joined, ROUNDOFF} from '../../support/separate.js';

beforeAll(() => tf.setBackend('cpu'));

const tensorOf = (name: string, shape: number[]): tf.Tensor =>
  tf.tensor(Float32Array.from(numbers(name, tf.util.sizeFromShape(shape))), shape);

/** Disposes tensors and models. */
const free = (...all: ReadonlyArray<{dispose: () => unknown}>): void => all.forEach(one => one.dispose());

/** Random weights for every weight of a model. */
const fill = (model: tf.LayersModel): void =>
  tf.tidy(() => model.setWeights(model.getWeights().map((weight, i) => tensorOf(`weight ${i}`, weight.shape).div(4))));

const kernelOf = (model: tf.LayersModel, name: string) => model.getLayer(name).getWeights() as tf.Tensor4D[];

/** The kernel that the two kernels of a depthwise separable layer make together. */
const product = ([depthwise, pointwise]: tf.Tensor[]): number[] => [
  ...tf.tidy(() => {
    const [height, width, inChannels, rank] = depthwise.shape;
    const taps = height * width;
    const left = depthwise.reshape([taps, inChannels, rank]).transpose([1, 0, 2]);
    const right = pointwise.reshape([inChannels, rank, -1]);
    return tf.matMul(left, right).transpose([1, 0, 2]).dataSync();
  }),
];

/** A model of one convolution with this kernel. */
function convolution(kernel: tf.Tensor4D, args: Partial<Parameters<typeof tf.layers.conv2d>[0]> = {}) {
  const [height, width, inChannels, filters] = kernel.shape;
  const layer = tf.layers.conv2d({
    name: 'conv',
    filters,
    kernelSize: [height, width],
    inputShape: [12, 13, inChannels],
    useBias: false,
    ...args,
  });
  const model = tf.sequential({layers: [layer]});
  layer.setWeights([kernel, ...layer.getWeights().slice(1)]);
  return model;
}

const IMAGE_FILTERS = {
  Gauss: [
    [1, 4, 6, 4, 1],
    [1, 4, 6, 4, 1],
  ],
  Sobel: [
    [1, 2, 1],
    [1, 0, -1],
  ],
} as const;

describe('exactly separable kernels', () => {
  test.each(Object.entries(IMAGE_FILTERS))('%s is a column and a row', (_, [column, row]) => {
    const filter = tf.tensor2d(column.map(c => row.map(r => c * r)));
    const given = convolution(filter.reshape([column.length, row.length, 1, 1]) as tf.Tensor4D, {padding: 'same'});
    const {model, report} = separateModel(given);
    const [one] = report.layers;
    expect(one).toMatchObject({name: 'conv', kind: 'spatial', rank: 1});
    expect(one.relativeError).toBeLessThan(4 * ROUNDOFF);
    expect(one.parameters).toEqual({before: column.length * row.length, after: column.length + row.length});
    expect(one.multiplications).toEqual({
      before: 12 * 13 * column.length * row.length,
      after: 12 * 13 * (column.length + row.length),
    });
    expect(model.getLayer('conv').getClassName()).toBe('SpatiallySeparableConv2D');
    const [columnFilter, rowFilter] = kernelOf(model, 'conv');
    expect(distance(filter, joined({columnFilter, rowFilter}))).toBeLessThan(4 * ROUNDOFF);
    free(filter, given, model);
  });

  test('a filter for each channel that a pointwise one mixes is depthwise separable', () => {
    const kernel = tf.tidy(() =>
      tensorOf('depthwise', [3, 3, 5, 1]).mul(tensorOf('pointwise', [1, 1, 5, 16])),
    ) as tf.Tensor4D;
    const given = convolution(kernel, {strides: [2, 1], padding: 'same'});
    const {model, report} = separateModel(given);
    const [one] = report.layers;
    expect(one).toMatchObject({kind: 'depthwise', rank: 1, multiplications: {after: 6 * 13 * 5 * (9 + 16)}});
    expect(model.getLayer('conv').getClassName()).toBe('SeparableConv2D');
    expect(distance(kernel, product(kernelOf(model, 'conv')))).toBeLessThan(8 * ROUNDOFF);
    free(kernel, given, model);
  });

  test('a 1x1 kernel of low rank is two pointwise ones', () => {
    const kernel = tf.tidy(() =>
      tf.matMul(tensorOf('left', [24, 2]), tensorOf('right', [2, 20])).reshape([1, 1, 24, 20]),
    ) as tf.Tensor4D;
    const given = convolution(kernel);
    const {model, report} = separateModel(given);
    expect(report.layers[0]).toMatchObject({
      kind: 'spatial',
      rank: 2,
      multiplications: {before: 12 * 13 * 480, after: 12 * 13 * 2 * 44},
    });
    free(kernel, given, model);
  });
});

test.each([0.7, 0.5, 0.3])('kernels are within the tolerance %d, and of the smallest rank that is', tolerance => {
  const kernel = tensorOf('kernel', [5, 5, 3, 8]) as tf.Tensor4D;
  const given = convolution(kernel);
  for (const kind of ['spatial', 'depthwise'] as const) {
    const {model, report} = separateModel(given, {tolerance, kinds: [kind]});
    const [{relativeError, rank = 0}] = report.layers;
    if (report.layers[0].kind === 'unchanged') {
      model.dispose();
      continue;
    }
    const weights = kernelOf(model, 'conv');
    const found = kind === 'spatial' ? joined({columnFilter: weights[0], rowFilter: weights[1]}) : product(weights);
    expect(relativeError).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(distance(kernel, found) - relativeError)).toBeLessThan(1e-6);
    if (rank > 1) {
      const less = separateModel(given, {rank: rank - 1, kinds: [kind]});
      expect(less.report.layers[0].relativeError).toBeGreaterThan(tolerance);
      less.model.dispose();
    }
    model.dispose();
  }
  free(kernel, given);
});

test('a kernel that is not separable stays, and its layer as it is', () => {
  const kernel = tensorOf('full', [3, 3, 4, 5]) as tf.Tensor4D;
  const given = convolution(kernel);
  const {model, report} = separateModel(given);
  expect(report.layers).toEqual([
    {
      name: 'conv',
      kind: 'unchanged',
      relativeError: 0,
      parameters: {before: 180, after: 180},
      multiplications: {before: 10 * 11 * 180, after: 10 * 11 * 180},
    },
  ]);
  expect(model.getLayer('conv').getClassName()).toBe('Conv2D');
  expect([...kernelOf(model, 'conv')[0].dataSync()]).toEqual([...kernel.dataSync()]);
  free(kernel, given, model);
});

/** Branches, a shared layer, models within the model, every option of a convolution. */
function network(): tf.LayersModel {
  const x = tf.input({shape: [16, 18, 3], name: 'image'});
  const conv = (name: string, args: Partial<Parameters<typeof tf.layers.conv2d>[0]> = {}) =>
    tf.layers.conv2d({name, filters: 6, kernelSize: [5, 3], padding: 'same', activation: 'relu', ...args});
  const stem = conv('stem', {biasInitializer: 'ones'}).apply(x) as tf.SymbolicTensor;
  const shared = conv('shared', {dilationRate: [2, 1], useBias: false});
  const [left, right] = [shared.apply(stem), shared.apply(shared.apply(stem) as tf.SymbolicTensor)];
  const inner = tf.sequential({
    name: 'inner',
    layers: [
      conv('first', {strides: 2, inputShape: [16, 18, 6]}),
      conv('second', {padding: 'valid', activation: 'tanh'}),
    ],
  });
  const sum = tf.layers.add({name: 'sum'}).apply([left, right] as tf.SymbolicTensor[]) as tf.SymbolicTensor;
  const twice = [inner.apply(sum), inner.apply(stem)] as tf.SymbolicTensor[];
  const joinedOutputs = tf.layers.concatenate({name: 'join'}).apply(twice) as tf.SymbolicTensor;
  const up = tf.layers.conv2dTranspose({name: 'up', filters: 2, kernelSize: 3, strides: 2}).apply(joinedOutputs);
  const model = tf.model({inputs: x, outputs: [up as tf.SymbolicTensor, sum], name: 'network'});
  fill(model);
  return model;
}

const OPTIONS: ReadonlyArray<readonly [string, SeparateModelOptions]> = [
  ['within a tolerance', {tolerance: 0.4}],
  ['of rank 1', {rank: 1}],
  ['depthwise', {rank: 2, kinds: ['depthwise']}],
];

describe.each(OPTIONS)('a network, %s', (_, options) => {
  const given = network();
  const x = tensorOf('x', [2, 16, 18, 3]);
  const {model, report} = separateModel(given, {...options, batch: x});
  afterAll(() => free(given, model, x));

  test('has its names, shapes and shared layers', () => {
    expect(model.name).toBe('network');
    expect(model.outputs.map(({shape}) => shape)).toEqual(given.outputs.map(({shape}) => shape));
    expect(report.layers.map(({name}) => name)).toEqual(['stem', 'shared', 'inner/first', 'inner/second']);
    expect(report.layers.every(({kind}) => kind !== 'unchanged')).toBe(true);
    expect(model.layers.map(({name}) => name).filter(name => name !== 'inner')).toEqual(
      given.layers.map(({name}) => name).filter(name => name !== 'inner'),
    );
    expect(model.countParams() - given.countParams()).toBe(
      report.total.parameters.after - report.total.parameters.before,
    );
  });

  test('counts what every call of a layer multiplies', () => {
    const before = report.layers.map(({multiplications}) => multiplications.before);
    const perOutput = 15 * 6 * 6;
    expect(before).toEqual([
      16 * 18 * 15 * 3 * 6,
      3 * 16 * 18 * perOutput,
      2 * 8 * 9 * perOutput,
      2 * 4 * 7 * perOutput,
    ]);
  });

  test('has outputs as far from the given ones as the report says', () => {
    const [expected, got] = [given, model].map(one => one.predict(x) as tf.Tensor[]);
    report.outputErrors?.forEach(({name, relativeError, largestError}, i) => {
      const difference = tf.sub(got[i], expected[i]);
      expect(name).toBe(given.outputNames[i]);
      expect(relativeError).toBeCloseTo(difference.norm().dataSync()[0] / expected[i].norm().dataSync()[0], 5);
      expect(largestError).toBeCloseTo(difference.abs().max().dataSync()[0], 5);
      difference.dispose();
    });
    expect(report.outputErrors?.length).toBe(2);
    free(...expected, ...got);
  });

  test('is saved and loaded', async () => {
    const undo = registerLayers();
    let saved: tf.io.ModelArtifacts = {};
    await model.save(
      tf.io.withSaveHandler(async artifacts => {
        saved = artifacts;
        return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved));
    undo();
    const [expected, got] = [model, loaded].map(one => one.predict(x) as tf.Tensor[]);
    expected.forEach((one, i) => expect(got[i].dataSync()).toEqual(one.dataSync()));
    free(...expected, ...got, loaded);
  });
});

test('an exactly separable network predicts the same', () => {
  const given = network();
  const x = tensorOf('x', [1, 16, 18, 3]);
  const lower = separateModel(given, {rank: 2, kinds: ['depthwise']});
  /* A dense network of the same products: each kernel is what the two kernels make together. */
  const dense = network();
  tf.tidy(() => {
    const weights = lower.model.getWeights();
    const kernels = dense.getWeights();
    let next = 0;
    dense.setWeights(
      kernels.map(kernel => {
        const isPair = weights[next].shape.join() !== kernel.shape.join();
        const made = isPair ? tf.tensor(product(weights.slice(next, next + 2)), kernel.shape) : weights[next];
        next += isPair ? 2 : 1;
        return made;
      }),
    );
  });
  const {model, report} = separateModel(dense, {batch: x});
  expect(report.layers.map(({kind}) => kind)).not.toContain('unchanged');
  expect(report.total.multiplications.after).toBeLessThan(report.total.multiplications.before);
  for (const {relativeError} of report.outputErrors ?? []) expect(relativeError).toBeLessThan(1e-5);
  free(given, lower.model, dense, model, x);
});

describe('of a layer', () => {
  const kernel = () =>
    tf.tidy(() => tensorOf('kernel', [3, 3, 4, 1]).mul(tensorOf('mix', [1, 1, 4, 8]))) as tf.Tensor4D;

  test('regularizers, initializers, constraints that hold and trainable are kept', () => {
    const given = convolution(kernel(), {
      useBias: true,
      kernelRegularizer: tf.regularizers.l2({l2: 0.25}),
      biasConstraint: 'nonNeg',
      kernelConstraint: tf.constraints.maxNorm({maxValue: 50}),
      kernelInitializer: 'heNormal',
      trainable: false,
    });
    const {model} = separateModel(given);
    const config = model.getLayer('conv').getConfig();
    expect(config).toMatchObject({
      name: 'conv',
      trainable: false,
      depthwiseRegularizer: {className: 'L1L2', config: {l2: 0.25}},
      pointwiseRegularizer: {className: 'L1L2', config: {l2: 0.25}},
      depthwiseConstraint: {className: 'MaxNorm'},
      biasConstraint: {className: 'NonNeg'},
    });
    expect(config.kernelConstraint).toBeUndefined();
    free(given, model);
  });

  test('it stays where a constraint would change its kernels', () => {
    const given = convolution(kernel(), {kernelConstraint: 'unitNorm'});
    const {model, report} = separateModel(given);
    expect(report.layers[0].kind).toBe('unchanged');
    free(given, model);
  });

  test.each(['spatial', 'depthwise'] as const)('it stays where its kernel is not finite, %s', kind => {
    const given = convolution(tf.fill([3, 3, 2, 8], NaN));
    const {model, report} = separateModel(given, {rank: 1, kinds: [kind]});
    expect(report.layers[0].kind).toBe('unchanged');
    free(given, model);
  });

  test('groups stay', () => {
    const undo = registerLayers();
    const layer = tf.layers.conv2d({
      filters: 8,
      kernelSize: 3,
      inputShape: [8, 8, 4],
      kernelInitializer: 'ones',
      groups: 2,
    } as Parameters<typeof tf.layers.conv2d>[0]);
    const given = tf.sequential({layers: [layer]});
    const {model, report} = separateModel(given, {rank: 1});
    undo();
    expect(report.layers[0].kind).toBe('unchanged');
    expect(model.layers[0].getConfig().groups).toBe(2);
    free(given, model);
  });

  test('channels may be first, and lines have one axis', () => {
    const undo = registerLayers();
    const first = convolution(kernel(), {dataFormat: 'channelsFirst', inputShape: [4, 12, 13], padding: 'same'});
    const line = tf.sequential({
      layers: [
        tf.layers.conv1d({
          filters: 9,
          kernelSize: 4,
          inputShape: [20, 4],
          padding: 'causal',
          dilationRate: 2,
          name: 'line',
        }),
      ],
    });
    fill(line);
    const separated = separateModel(first);
    expect(separated.report.layers[0]).toMatchObject({rank: 1, multiplications: {before: 12 * 13 * 288}});
    const {model, report} = separateModel(line, {tolerance: 0.9, kinds: ['depthwise']});
    expect(report.layers[0]).toMatchObject({kind: 'depthwise', multiplications: {before: 20 * 144}});
    expect(model.getLayer('line').getClassName()).toBe('SeparableConv1D');
    expect(model.outputs[0].shape).toEqual([null, 20, 9]);
    undo();
    free(first, separated.model, line, model);
  });
});

/** A chain, which TensorFlow.js trains and disposes entirely: it does neither with several outputs and shared layers. */
function chain(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.conv2d({filters: 6, kernelSize: 3, activation: 'tanh', inputShape: [10, 12, 3], name: 'first'}),
      tf.layers.conv2d({filters: 5, kernelSize: [5, 3], strides: 2, padding: 'same', name: 'second'}),
    ],
  });
  fill(model);
  return model;
}

test('training the new model brings it nearer to the given one, and leaves that as it is', async () => {
  const given = chain();
  const x = tensorOf('x', [4, 10, 12, 3]);
  const target = given.predict(x) as tf.Tensor;
  for (const options of [{rank: 1}, {rank: 2, kinds: ['spatial']}, {rank: 1, kinds: ['depthwise']}] as const) {
    const {model, report} = separateModel(given, options);
    expect(report.layers.map(({kind}) => kind)).not.toContain('unchanged');
    model.compile({optimizer: tf.train.adam(0.01), loss: 'meanSquaredError'});
    const {history} = await model.fit(x, target, {epochs: 6, batchSize: 4, shuffle: false});
    const losses = history.loss as number[];
    expect(losses[losses.length - 1]).toBeLessThan(losses[0]);
    free(model);
  }
  const after = given.predict(x) as tf.Tensor;
  expect(after.dataSync()).toEqual(target.dataSync());
  free(given, x, target, after);
});

test('what is made are the variables of the new model', () => {
  const given = chain();
  const x = tensorOf('x', [1, 10, 12, 3]);
  free(given.predict(x) as tf.Tensor);
  const before = counts();
  const {model} = separateModel(given, {tolerance: 0.5, batch: x});
  expect(counts().numTensors).toBe(before.numTensors + model.weights.length);
  model.dispose();
  expect(counts()).toEqual(before);
  free(given, x);
});

test('the report is a table', () => {
  const given = convolution(tf.ones([3, 3, 1, 1]));
  const x = tf.ones([1, 12, 13, 1]);
  const {model, report} = separateModel(given, {batch: x});
  expect(String(report).split('\n')).toEqual([
    'layer  kind     rank  relative error  parameters  multiplications  of before',
    expect.stringMatching(/^conv +spatial +1 +\S+e[+-]\d+ +9 -> 6 +990 -> 720 +72.7 %$/),
    expect.stringMatching(/^total +9 -> 6 +990 -> 720 +72.7 %$/),
    expect.stringMatching(/^output conv: relative error \S+, largest error \S+$/),
  ]);
  free(given, model, x);
});

describe('errors', () => {
  const given = convolution(tf.ones([3, 3, 1, 1]));
  const disposed = tf.ones([1]);
  disposed.dispose();
  afterAll(() => given.dispose());

  test.each<[string, unknown, object]>([
    ['model must be a LayersModel whose layers have been built; got model=null', null, {}],
    ['model must be a LayersModel whose layers have been built; got model=[object Object]', {}, {}],
    ['model must be a LayersModel whose layers have been built; got model.built=false', tf.sequential(), {}],
    ['tolerance must be a number from 0 to 1; got tolerance=NaN', given, {tolerance: NaN}],
    ['rank must be an integer from 1 to 2147483647; got rank=0', given, {rank: 0}],
    ["kinds must be a list of spatial, depthwise; got kinds=['rows']", given, {kinds: ['rows']}],
    ['batch must be a tensor or a list of tensors, what the model predicts from; got batch=1', given, {batch: 1}],
    ['batch must not be disposed; got batch.isDisposed=true', given, {batch: disposed}],
    ['an option must be one of tolerance, rank, kinds, batch; got option=', given, {ranks: 1}],
  ])('%s', (message, model, options) => {
    const before = counts();
    expect(() => separateModel(model as tf.LayersModel, options)).toThrow(`separateModel: ${message}`);
    expect(counts()).toEqual(before);
  });
});
