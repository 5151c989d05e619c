import {camelCase, isObject} from './json.js';
import type {Json, JsonObject} from './json.js';

/** Keys whose texts are names that users gave, or formulas. */
const VERBATIM: readonly string[] = [
  'name',
  'inbound_nodes',
  'input_layers',
  'output_layers',
  'keras_history',
  'function',
  'equation',
  'class_name',
  'module',
  'registered_name',
];

/** A number that Keras wrote as an object of numpy, or undefined. */
function numpyNumber(value: JsonObject): Json | undefined {
  if (value.type === 'ndarray') return value.value;
  const isNumpy = value.class_name === '__numpy__' || value.class_name === '__tensor__';
  return isNumpy && isObject(value.config) ? value.config.value : undefined;
}

/**
 * A saved topology with the names that TensorFlow.js has for Keras' fields and values: 'batch_shape' is 'batchShape',
 * 'channels_last' is 'channelsLast'. Names of layers stay as they are.
 */
export function camelCased(value: Json, verbatim = false): Json {
  if (typeof value === 'string') return verbatim ? value : camelCase(value);
  if (Array.isArray(value)) return value.map(element => camelCased(element, verbatim));
  if (!isObject(value)) return value;
  const number = numpyNumber(value);
  if (number !== undefined) return number;
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [
      camelCase(key),
      camelCased(element, verbatim || VERBATIM.includes(key)),
    ]),
  );
}
