import {isObject} from './json.js';
import type {Json, JsonObject} from './json.js';
import {convertDtype, convertRegularizerName, convertRule} from './rules.js';

/** Where a layer of a model may hold the name of an activation. */
const ACTIVATIONS: readonly string[] = ['activation', 'recurrentActivation'];

/** Activations that Keras 3 defines otherwise than Keras 2 and TensorFlow.js do. */
const KERAS3_ACTIVATIONS: Readonly<Record<string, string>> = {hardSigmoid: 'hardSigmoidOfKeras3'};

/** What Keras 3 writes that nobody reads. */
const IGNORED: readonly string[] = ['quantizationConfig', 'optional', 'ragged', 'buildConfig'];

type Change = (config: JsonObject, keras3: boolean) => void;

const rename =
  (from: string, to: string): Change =>
  config => {
    if (config[from] === undefined) return;
    config[to] = config[from];
    delete config[from];
  };

/** What is to be changed of the configurations of single classes. */
const CHANGES: Readonly<Record<string, Change>> = {
  InputLayer: rename('batchShape', 'batchInputShape'),
  LeakyReLU: rename('negativeSlope', 'alpha'),
  // Keras 3 names the layer within as TensorFlow.js does when it makes it.
  Bidirectional: ({layer}, keras3) => {
    const config = isObject(layer) && isObject(layer.config) ? layer.config : {};
    if (keras3 && typeof config.name === 'string') config.name = config.name.replace(/^forward_/, '');
  },
};

/** Whether Keras 3 wrote the configuration of a layer. */
export const isOfKeras3 = ({batchShape, dtype}: JsonObject): boolean =>
  batchShape !== undefined || (isObject(dtype) && dtype.className === 'DTypePolicy');

function convertActivation(activation: Json, keras3: boolean): Json {
  // Functions as objects: {className: 'function', config: 'relu'}.
  if (isObject(activation) && typeof activation.config === 'string') {
    return convertActivation(activation.config, keras3);
  }
  if (typeof activation === 'string' && keras3) return KERAS3_ACTIVATIONS[activation] ?? activation;
  return activation;
}

/**
 * The configuration of a layer in the terms of TensorFlow.js' layers, out of one of Keras 2 or 3 whose keys are in camel
 * case. What is in those terms already stays as it is.
 */
export function convertLayerConfig(className: string, given: JsonObject, ofKeras3: boolean): JsonObject {
  const keras3 = ofKeras3 || isOfKeras3(given);
  const config: JsonObject = {};
  for (const [key, value] of Object.entries(given)) {
    if (IGNORED.includes(key)) continue;
    if (key === 'dtype') config[key] = convertDtype(value);
    else if (ACTIVATIONS.includes(key)) config[key] = convertActivation(value, keras3);
    else if (key.endsWith('egularizer') && typeof value === 'string') config[key] = convertRegularizerName(value);
    else if (
      /(?:nitializer|egularizer|onstraint)$/.test(key) &&
      isObject(value) &&
      typeof value.className === 'string'
    ) {
      config[key] = convertRule(value.className, isObject(value.config) ? value.config : {});
    } else config[key] = value;
  }
  CHANGES[className]?.(config, keras3);
  return config;
}
