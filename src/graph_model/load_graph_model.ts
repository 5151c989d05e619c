import {io} from '@tensorflow/tfjs-core';
import {GraphModel, loadGraphModelSync as loadStockSync} from '@tensorflow/tfjs-converter';
import {CONVERTER, rewriteModels} from './rewritten_models.js';

/** Where TensorFlow Hub has the model of a page, as TensorFlow.js' loader has it. */
const hubUrl = (url: string): string => `${url.endsWith('/') ? url : `${url}/`}model.json?tfjs-format=file`;

/**
 * Loads a GraphModel as `tf.loadGraphModel` does, with the same arguments, and returns the same class. Its graph is
 * optimized first (see {@link optimizeGraph}), and its convolutions run on the ops of this package, so that models load
 * which TensorFlow.js refuses or computes wrongly (see {@link registerGraphOps} for what they may have). Other models are
 * not affected, and the model runs whatever is registered or undone later.
 *
 * A graph that cannot be optimized is loaded as it is; `tf.enableDebugMode()` shows why. Weights that are streamed
 * (`streamWeights`) are read as a whole, as the optimizer needs their values. `model.save` saves what was loaded, not what
 * was made of it.
 *
 * @param modelUrl URL, or handler that loads the model.
 * @param options Options of the request, `fromTFHub`, `weightPathPrefix`, `streamWeights` and so on.
 * @param tfio Default: `tf.io`.
 * @throws as `tf.loadGraphModel`: what the handler throws, or if there is none.
 * @example
 * ```ts
 * const attr = {strides: {list: {i: [1, 1, 1, 1]}}, padding: {s: btoa('SAME')}};
 * const node = [
 *   {name: 'x', op: 'Placeholder'},
 *   {name: 'filter', op: 'Const'},
 *   {name: 'y', op: 'Conv2D', input: ['x', 'filter'], attr},
 * ];
 * const artifacts = {
 *   modelTopology: {node, versions: {producer: 1}},
 *   weightSpecs: [{name: 'filter', shape: [3, 3, 2, 6], dtype: 'float32'}],
 *   weightData: new Float32Array(108).fill(1).buffer,
 * };
 * const model = await loadGraphModel(tf.io.fromMemory(artifacts));
 * // x has four channels and the filter takes two: a convolution of two groups, which TensorFlow.js refuses.
 * console.log(model.predict(tf.ones([1, 8, 8, 4])).shape); // [1,8,8,6]
 * ```
 */
export async function loadGraphModel(
  modelUrl: string | io.IOHandler,
  options: io.LoadOptions = {},
  tfio: typeof io = io,
): Promise<GraphModel> {
  if (modelUrl == null) {
    throw new Error(
      'loadGraphModel: modelUrl must be a URL or an IOHandler that loads the model; got modelUrl=' + modelUrl,
    );
  }
  const given = options ?? {};
  const source = given.fromTFHub && typeof modelUrl === 'string' ? hubUrl(modelUrl) : modelUrl;
  const model = new GraphModel(source, given, tfio);
  const undo = rewriteModels('optimize', CONVERTER, model);
  try {
    await model.load();
  } finally {
    undo();
  }
  return model;
}

/**
 * {@link loadGraphModel} without waiting, as `tf.loadGraphModelSync`.
 *
 * @param modelSource Handler that loads at once, artifacts of a model, or its model.json and all of its weights.
 * @throws as `tf.loadGraphModelSync`.
 * @example
 * ```ts
 * const node = [
 *   {name: 'x', op: 'Placeholder'},
 *   {name: 'y', op: 'Relu', input: ['x']},
 * ];
 * const modelTopology = {node, versions: {producer: 1}};
 * const model = loadGraphModelSync({modelTopology, weightSpecs: [], weightData: new ArrayBuffer(0)});
 * console.log(model.predict(tf.tensor1d([-1, 1])).arraySync()); // [0,1]
 * ```
 */
export function loadGraphModelSync(modelSource: Parameters<typeof loadStockSync>[0]): ReturnType<typeof loadStockSync> {
  const undo = rewriteModels('optimize', CONVERTER);
  try {
    return loadStockSync(modelSource);
  } finally {
    undo();
  }
}
