import {isObject} from './json.js';
import type {Json, JsonObject} from './json.js';
import {convertLayerConfig, isOfKeras3} from './layer_config.js';
import {LayerNames} from './layer_names.js';
import type {Naming} from './layer_names.js';
import {convertEnds, convertNode} from './nodes.js';
import {convertOperation} from './operations.js';

/** Classes whose configuration holds layers. */
const MODELS: readonly string[] = ['Functional', 'Model', 'Sequential'];

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

const layersOf = (config: JsonObject): JsonObject[] =>
  Array.isArray(config.layers) ? config.layers.filter(layer => isObject(layer)) : [];

const isModel = ({className}: JsonObject): boolean => MODELS.includes(String(className));

/** Whether Keras 3 wrote the model: its layers or their calls are of no form that Keras 2 has. */
function isModelOfKeras3(config: JsonObject): boolean {
  return layersOf(config).some(({config: layerConfig, inboundNodes}) => {
    const inner = objectOf(layerConfig);
    const hasObjects = Array.isArray(inboundNodes) && inboundNodes.some(isObject);
    return hasObjects || isOfKeras3(inner) || isModelOfKeras3(inner);
  });
}

/** A layer that another one wraps. */
const WRAPPED: readonly string[] = ['layer', 'backwardLayer'];

function convertLayer(layer: JsonObject, naming: Naming, ofKeras3: boolean): JsonObject {
  const className = String(layer.className);
  // Keras writes the package of a custom class: 'Package>Class'.
  const plainName = className.slice(className.lastIndexOf('>') + 1);
  if (isModel(layer)) return {...layer, config: convertModelConfig(className, objectOf(layer.config), naming)};
  const config = convertLayerConfig(plainName, objectOf(layer.config), ofKeras3);
  for (const name of WRAPPED) {
    const wrapped = config[name];
    if (isObject(wrapped) && wrapped.className !== undefined) config[name] = convertLayer(wrapped, naming, ofKeras3);
  }
  return {...layer, className: plainName, config};
}

/** A Sequential whose first layer does not say what its input is. */
function withInputShape(layers: JsonObject[], shape: Json | undefined): JsonObject[] {
  const [first] = layers;
  if (first === undefined || !Array.isArray(shape) || isModel(first) || first.className === 'InputLayer') return layers;
  const config = objectOf(first.config);
  return [{...first, config: {batchInputShape: shape, ...config}}, ...layers.slice(1)];
}

/**
 * The configuration of a model in the terms of TensorFlow.js' layers, out of one of Keras 2 or 3 whose keys are in camel
 * case: calls and ends of a Functional model, data types, initializers and so on, in nested models too.
 */
export function convertModelConfig(className: string, given: JsonObject, naming: Naming): JsonObject {
  const ofKeras3 = isModelOfKeras3(given);
  const {buildInputShape, ...config} = given;
  const layers = layersOf(config).map(layer => convertLayer(layer, naming, ofKeras3));
  if (ofKeras3) config.dtype = 'float32';
  if (className === 'Sequential') return {...config, layers: withInputShape(layers, buildInputShape)};
  const models = new Set(layers.filter(isModel).map(({name}) => String(name)));
  const outputLayers = convertEnds(config.outputLayers, models, ofKeras3);
  const outputs = new Set(outputLayers.map(end => String(Array.isArray(end) ? end[0] : end)));
  const names = new LayerNames(layers, outputs, naming);
  const withCalls = (layer: JsonObject): JsonObject => {
    const operation = convertOperation(layer, names, models);
    if (operation !== undefined) return operation;
    const nodes = Array.isArray(layer.inboundNodes) ? layer.inboundNodes : [];
    return {...layer, inboundNodes: nodes.map(node => convertNode(node, names, models))};
  };
  return {
    ...config,
    layers: layers.map(withCalls),
    inputLayers: convertEnds(config.inputLayers, models, ofKeras3),
    outputLayers,
  };
}
