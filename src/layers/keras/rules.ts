import {isObject} from './json.js';
import type {Json, JsonObject} from './json.js';

/*
 * What Keras names otherwise than TensorFlow.js: initializers, regularizers and data types.
 */

/** Classes of initializers that TensorFlow.js writes otherwise. */
const INITIALIZERS: Readonly<Record<string, string>> = {
  LecunNormal: 'LeCunNormal',
  LecunUniform: 'LeCunUniform',
  OrthogonalInitializer: 'Orthogonal',
  IdentityInitializer: 'Identity',
};

/** The number that Keras takes where a regularizer has none. */
const REGULARIZATION = 0.01;

/** Regularizers of one term, as the one class that TensorFlow.js has. */
const REGULARIZERS: Readonly<Record<string, (config: JsonObject) => JsonObject>> = {
  L1: ({l1 = REGULARIZATION}) => ({l1, l2: 0}),
  L2: ({l2 = REGULARIZATION}) => ({l1: 0, l2}),
};

/** What Keras calls them in one word. */
const REGULARIZER_NAMES: Readonly<Record<string, string>> = {l1: 'L1', l2: 'L2'};

/** An initializer, regularizer or constraint in the terms of TensorFlow.js. */
export function convertRule(className: string, given: JsonObject): JsonObject {
  const config = {...given};
  const regularize = REGULARIZERS[className];
  if (regularize !== undefined) return {className: 'L1L2', config: regularize(config)};
  // Keras 3 may keep a generator there, which TensorFlow.js does not have; its Orthogonal takes no seed at all.
  if (isObject(config.seed) || className.startsWith('Orthogonal')) delete config.seed;
  if (config.distribution === 'untruncatedNormal' || config.distribution === 'truncatedNormal') {
    config.distribution = 'normal';
  }
  return {className: INITIALIZERS[className] ?? className, config};
}

/** A regularizer that is given by its name. */
export function convertRegularizerName(name: Json): Json {
  const className = typeof name === 'string' ? REGULARIZER_NAMES[name] : undefined;
  return className === undefined ? name : convertRule(className, {});
}

/** The data type of TensorFlow.js that holds what the one of Keras does. */
export function convertDtype(dtype: Json): Json {
  if (isObject(dtype)) return convertDtype(isObject(dtype.config) ? (dtype.config.name ?? null) : null);
  if (typeof dtype !== 'string') return dtype;
  if (/^u?int/.test(dtype)) return 'int32';
  return dtype === 'bool' || dtype === 'string' || dtype.startsWith('complex') ? dtype : 'float32';
}
