import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import {loadGraphModel, optimizeGraphModels, registerGraphOps} from 'tfjs-conv/graph-model';
import {loadLayersModel, registerLayers} from 'tfjs-conv/layers';
import {BACKENDS} from '../../support/backends.js';
import {expectWithin} from '../../support/expect_within.js';
import {KERAS, kerasModel, NETWORKS} from '../../support/keras_models.js';
import type {KerasModel, KerasValues} from '../../support/keras_models.js';
import {counts} from '../../support/memory.js';
import {largestOf, outputTolerance, stepTolerance} from '../../support/model_tolerance.js';
import {UNIT_ROUNDOFF} from '../../support/tolerance.js';

const CASES = NETWORKS.flatMap(network => KERAS.map(keras => [network, keras] as const));

/** How a model is loaded: what is registered before, and the loader. */
interface Loader<M> {
  readonly title: string;
  readonly register: () => () => void;
  readonly load: (handler: tf.io.IOHandler) => Promise<M>;
}

const nothing = (): (() => void) => () => {};

const GRAPH_LOADERS: ReadonlyArray<Loader<tf.GraphModel>> = [
  {title: 'loadGraphModel', register: nothing, load: handler => loadGraphModel(handler)},
  {title: 'tf.loadGraphModel after registerGraphOps', register: registerGraphOps, load: h => tf.loadGraphModel(h)},
  {
    title: 'tf.loadGraphModel after optimizeGraphModels',
    register: optimizeGraphModels,
    load: h => tf.loadGraphModel(h),
  },
];

const LAYERS_LOADERS: ReadonlyArray<Loader<tf.LayersModel>> = [
  {title: 'loadLayersModel', register: nothing, load: handler => loadLayersModel(handler)},
  {title: 'tf.loadLayersModel after registerLayers', register: registerLayers, load: h => tf.loadLayersModel(h)},
];

/** TensorFlow.js' own loader reads the topologies of tf_keras only. */
const reads = ({title}: Loader<unknown>, {keras}: KerasModel): boolean =>
  keras === 'tf_keras' || !title.startsWith('tf.loadLayersModel');

/** Dilated 3-D convolutions stay between SpaceToBatchND, of which the backends of GPUs have none in 3-D, unless optimized. */
const runs = ({title}: Loader<unknown>, backend: string, network: string): boolean =>
  !(backend.startsWith('webg') && network === 'segmentation3d' && title.includes('registerGraphOps'));

const tensorOf = ({values, shape}: KerasValues): tf.Tensor => tf.tensor(values, [...shape]);

/** The values of Keras, each of which may be off by so much. */
const within = ({values}: KerasValues, error: number) => ({
  values: Float64Array.from(values),
  error: new Float64Array(values.length).fill(error),
});

const weightShapes = ({trained}: KerasModel): ReadonlyArray<readonly number[]> => trained.map(({shape}) => shape);

function expectOutput(label: string, y: tf.Tensor, model: KerasModel): void {
  const {output, input} = model;
  const error = outputTolerance(weightShapes(model), input.shape) * largestOf(output.values);
  expectWithin(label, y, output.shape, within(output, error));
}

/** Runs the model twice, the second time to see that nothing is left. */
async function expectOutputs(model: KerasModel, predict: (x: tf.Tensor) => tf.Tensor): Promise<void> {
  const x = tensorOf(model.input);
  const y = predict(x);
  expectOutput(model.title, y, model);
  const before = counts();
  const again = predict(x);
  expect(await again.data()).toEqual(await y.data());
  again.dispose();
  expect(counts()).toEqual(before);
  tf.dispose([x, y]);
}

/**
 * Whether TensorFlow.js follows Keras in a weight. tf_keras moves the variances of its fused batch normalization towards
 * that of the population, which is N / (N - 1) times that of the N values; Keras 3 and TensorFlow.js take the latter.
 */
const isFollowed = ({name}: KerasValues, {keras}: KerasModel): boolean =>
  keras === 'keras3' || !/^batch_normalization(_\d+)?\/3$/.test(name);

/** The weights of a model by their names in KerasModel.trained. */
function namedWeights(model: tf.LayersModel): Map<string, Float32Array> {
  const named = model.layers.flatMap(layer =>
    layer.getWeights().map((weight, i): [string, Float32Array] => [`${layer.name}/${i}`, weight.dataSync<'float32'>()]),
  );
  return new Map(named.map(([name, values]) => [name, values.slice()]));
}

describe.each(BACKENDS)('Keras models on $name', ({name}) => {
  let restore: () => void;
  beforeAll(async () => {
    await tf.setBackend(name);
    restore = accelerate(name);
  });
  afterAll(() => restore());

  describe.each(CASES)('%s, %s', (network, keras) => {
    let model: KerasModel;
    beforeAll(async () => {
      model = await kerasModel(network, keras);
    });

    /** Runs with a model, after which nothing is left. */
    async function loaded<M extends {dispose(): unknown}>(
      {register, load}: Loader<M>,
      artifacts: tf.io.ModelArtifacts,
      run: (model: M) => Promise<void>,
    ): Promise<void> {
      const before = counts();
      const undo = register();
      try {
        const model = await load(tf.io.fromMemory(artifacts));
        await run(model);
        model.dispose();
      } finally {
        undo();
      }
      expect(counts()).toEqual(before);
    }

    const graphLoaders = GRAPH_LOADERS.filter(loader => runs(loader, name, network));

    it.each(graphLoaders)('GraphModel through $title', loader =>
      loaded(loader, model.graph, graph => expectOutputs(model, x => graph.predict(x) as tf.Tensor)),
    );

    const layersLoaders = LAYERS_LOADERS.filter(loader => reads(loader, {keras} as KerasModel));

    it.each(layersLoaders)('LayersModel through $title', loader =>
      loaded(loader, model.layers, layers => expectOutputs(model, x => layers.predict(x) as tf.Tensor)),
    );

    it.each(layersLoaders)('one step of training a LayersModel through $title', loader =>
      loaded(loader, model.layers, async layers => {
        const before = namedWeights(layers);
        const optimizer = tf.train.sgd(model.learningRate);
        layers.compile({optimizer, loss: 'meanSquaredError'});
        const [x, target] = [tensorOf(model.input), tensorOf(model.target)];
        await layers.trainOnBatch(x, target);
        tf.dispose([x, target]);
        optimizer.dispose();
        const after = namedWeights(layers);
        expect([...after.keys()]).toEqual(model.trained.map(one => one.name));
        const tolerance = stepTolerance(weightShapes(model), model.input.shape);
        for (const {name: weight, shape, values} of model.trained.filter(one => isFollowed(one, model))) {
          const change = largestOf(values.map((value, i) => value - before.get(weight)![i]));
          const error = tolerance * change + 2 * UNIT_ROUNDOFF * largestOf(values);
          const got = tf.tensor(after.get(weight)!, [...shape]);
          expectWithin(`${model.title} ${weight}`, got, shape, within({name: weight, shape, values}, error));
          got.dispose();
        }
      }),
    );
  });
});
