import {dispose, io, serialization} from '@tensorflow/tfjs-core';
import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import type {LayersModel, loadLayersModel as loadStock} from '@tensorflow/tfjs-layers';
import {fail} from '../errors.js';
import {camelCased} from './keras/camel_case.js';
import {isObject} from './keras/json.js';
import type {Json} from './keras/json.js';
import {convertModelConfig} from './keras/topology.js';
import {registerLayers} from './register_layers.js';
import type {ModelFromConfig} from './register_layers.js';
import {LAYER_RULES} from './rules.js';

type LoadOptions = NonNullable<Parameters<typeof loadStock>[1]>;

const OP = 'loadLayersModel';

/** What loads from the path. */
function handlerOf(pathOrHandler: string | io.IOHandler, options: LoadOptions): io.IOHandler {
  if (typeof pathOrHandler !== 'string') return pathOrHandler;
  const handlers = io.getLoadHandlers(pathOrHandler, options);
  if (handlers.length > 1) fail(OP, LAYER_RULES.oneHandler, 'path', pathOrHandler);
  // As TensorFlow.js has it, a path that nobody claims is a relative address.
  return handlers.length === 1 ? handlers[0] : io.browserHTTPRequest(pathOrHandler, options);
}

/** Makes the model of a topology. Its weights are not initialized, where others will be loaded. */
function modelOf(topology: Json, weightsFollow: boolean): LayersModel {
  const saved = isObject(topology) && isObject(topology.model_config) ? topology.model_config : topology;
  const model = camelCased(saved);
  if (!isObject(model) || typeof model.className !== 'string' || !isObject(model.config)) {
    return fail(OP, LAYER_RULES.topology, 'modelTopology', saved);
  }
  const entry = serialization.SerializationMap.getMap().classNameMap[model.className];
  if (entry === undefined) fail(OP, LAYER_RULES.modelClass, 'class_name', model.className);
  const config = convertModelConfig(model.className, model.config, 'exact');
  // Layers are found in TensorFlow.js' registry, by their names only. Nothing else runs meanwhile.
  const undo = registerLayers();
  try {
    const [cls, fromConfig] = serialization.SerializationMap.getMap().classNameMap[model.className];
    // The registration boundary: TensorFlow.js' own types of these say less than what it passes and returns.
    return (fromConfig as unknown as ModelFromConfig)(cls, config, {}, weightsFollow) as LayersModel;
  } finally {
    undo();
  }
}

/** The tensors of a model's weights, and those of its optimizer. */
function decode(data: io.WeightData, specs: io.WeightsManifestEntry[]) {
  const tensors = io.decodeWeights(data, specs);
  const weights: NamedTensorMap = {};
  const optimizer: Array<{name: string; tensor: NamedTensorMap[string]}> = [];
  for (const {name, group} of specs) {
    if (group === 'optimizer') optimizer.push({name, tensor: tensors[name]});
    else weights[name] = tensors[name];
  }
  return {tensors, weights, optimizer};
}

async function loadWeights(
  model: LayersModel,
  data: io.WeightData,
  specs: io.WeightsManifestEntry[],
  strict: boolean,
): Promise<void> {
  const {tensors, weights, optimizer} = decode(data, specs);
  try {
    const undo = registerLayers();
    try {
      model.loadWeights(weights, strict);
    } finally {
      undo();
    }
    if (model.optimizer != null && optimizer.length > 0) await model.optimizer.setWeights(optimizer);
  } finally {
    dispose(tensors);
  }
}

/**
 * Loads a LayersModel as `tf.loadLayersModel` does, with convolutions of any kind, and from Keras 3 too (see
 * {@link registerLayers}, which it does not need). The model has its layers from this package for good.
 *
 * Layers that TensorFlow.js does not know have to be registered by `tf.serialization.registerClass`, as for
 * `tf.loadLayersModel`.
 *
 * @param pathOrIOHandler the address of a model.json, or an `tf.io.IOHandler`.
 * @param options those of `tf.loadLayersModel`: `strict`, `onProgress`, `requestInit`, `fetchFunc`, `weightPathPrefix`, ...
 * @returns the model with its weights.
 * @throws `loadLayersModel: <rule>; got <name>=<value>` if what is loaded is no saved model, or TensorFlow.js' error for
 *     layers or weights that it misses. A model whose weights do not fit is disposed.
 * @example
 * ```ts
 * const saved = tf.sequential({layers: [layers.conv2d({filters: 4, kernelSize: 3, groups: 2, inputShape: [8, 8, 2]})]});
 * const model = await loadLayersModel(tf.io.fromMemory({modelTopology: saved.toJSON(null, false)}));
 * console.log(model.outputs[0].shape); // [null,6,6,4]
 * ```
 */
export async function loadLayersModel(
  pathOrIOHandler: string | io.IOHandler,
  options: LoadOptions = {},
): Promise<LayersModel> {
  const handler = handlerOf(pathOrIOHandler, options);
  if (handler.load == null) return fail(OP, LAYER_RULES.handler, 'handler', handler);
  const {modelTopology, weightData, weightSpecs, trainingConfig, userDefinedMetadata} = await handler.load();
  const strict = options.strict ?? true;
  if (weightData != null && weightSpecs == null) fail(OP, LAYER_RULES.weightSpecs, 'weightSpecs', weightSpecs);
  // The registration boundary: a topology is what JSON may be.
  const model = modelOf(modelTopology as Json, weightData != null && strict);
  try {
    if (trainingConfig != null) {
      // The registration boundary: TensorFlow.js has two types of what is saved of a compilation.
      model.loadTrainingConfig(trainingConfig as Parameters<LayersModel['loadTrainingConfig']>[0]);
    }
    if (userDefinedMetadata != null) model.setUserDefinedMetadata(userDefinedMetadata);
    if (weightData != null) await loadWeights(model, weightData, weightSpecs ?? [], strict);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}
