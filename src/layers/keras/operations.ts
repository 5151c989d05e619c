import {isObject} from './json.js';
import type {Json, JsonObject} from './json.js';
import type {LayerNames} from './layer_names.js';
import {convertHistory, historyOf} from './nodes.js';

/*
 * Calls of functions in a Functional model, `x + 3` or `tf.nn.relu6(x)`, which tf_keras writes as layers of the class
 * TFOpLambda and Keras 3 as operations among the layers. Here they become layers of the class KerasOperation, whose
 * configuration holds the arguments, with {tensor: i} for the i-th input:
 *
 *     {operation: 'add', args: [{tensor: 0}, 3], kwargs: {}}
 */

/** 'math.reduce_mean', 'reduceMean' and 'ReduceMean' are one. */
const operationName = (name: string): string =>
  name
    .slice(name.lastIndexOf('.') + 1)
    .replace(/\W|_/g, '')
    .toLowerCase();

/** A value as an argument of tf_keras: a constant, or a tensor as [layer, node, index]. */
const isReference = (value: Json): value is [string, number, number, ...Json[]] =>
  Array.isArray(value) && value.length >= 3 && typeof value[0] === 'string' && typeof value[1] === 'number';

/** Collects the inputs of a call while it puts places in for them. */
class Inputs {
  readonly node: Json[] = [];

  constructor(
    private readonly names: LayerNames,
    /** Names of layers that are models, which count their own making as their first call. */
    private readonly models: ReadonlySet<string>,
  ) {}

  private add(call: readonly Json[]): JsonObject {
    this.node.push([...call, {}]);
    return {tensor: this.node.length - 1};
  }

  /** An argument that tf_keras wrote. Names of the first tensors are exact, those of others are as they are found. */
  ofKeras2(value: Json, exact: boolean): Json {
    if (isReference(value)) {
      const [name, index, tensor] = value;
      if (name.startsWith('_CONSTANT')) return tensor;
      return this.add([exact ? name : this.names.find(value), index, tensor]);
    }
    return Array.isArray(value) ? value.map(element => this.ofKeras2(element, exact)) : value;
  }

  /** An argument that Keras 3 wrote. */
  ofKeras3(value: Json): Json {
    const history = historyOf(value);
    if (history !== undefined) return this.add(convertHistory(history, this.names, this.models));
    if (Array.isArray(value)) return value.map(element => this.ofKeras3(element));
    return isObject(value) ? mapValues(value, element => this.ofKeras3(element)) : value;
  }
}

const mapValues = (object: JsonObject, change: (value: Json) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

function ofKeras2(layer: JsonObject, node: Json, inputs: Inputs): JsonObject {
  const {name, function: written} = objectOf(layer.config);
  const call = Array.isArray(node) ? node : [];
  // One tensor with the other arguments behind it, or a list of such.
  const first = isReference(call) ? call : call[0];
  const given = {...objectOf(Array.isArray(first) ? first[3] : undefined)};
  delete given.name;
  const args = [inputs.ofKeras2(call, true)];
  const kwargs = mapValues(given, value => inputs.ofKeras2(value, false));
  return {name, operation: operationName(String(written)), args, kwargs};
}

function ofKeras3(layer: JsonObject, node: JsonObject, inputs: Inputs): JsonObject {
  const {name, ...given} = objectOf(layer.config);
  const args = inputs.ofKeras3(node.args ?? []);
  const kwargs = {...given, ...objectOf(inputs.ofKeras3(node.kwargs ?? {}))};
  return {name, operation: operationName(String(layer.className)), args, kwargs};
}

/** The configuration of a call of a function; undefined if it is another layer. */
function configOf(layer: JsonObject, inputs: Inputs): JsonObject | undefined {
  const [node] = Array.isArray(layer.inboundNodes) ? layer.inboundNodes : [];
  if (layer.className === 'TFOpLambda') return ofKeras2(layer, node, inputs);
  // Layers may be trained and have data types, which operations of Keras 3 do not know, but for the cast.
  const {trainable, dtype} = objectOf(layer.config);
  const isLayer = trainable !== undefined || (dtype !== undefined && layer.className !== 'Cast');
  return isObject(node) && !isLayer ? ofKeras3(layer, node, inputs) : undefined;
}

/** The layer that stands for a call of a function; undefined if it is another layer. */
export function convertOperation(
  layer: JsonObject,
  names: LayerNames,
  models: ReadonlySet<string>,
): JsonObject | undefined {
  const inputs = new Inputs(names, models);
  const config = configOf(layer, inputs);
  return config && {...layer, className: 'KerasOperation', config, inboundNodes: [inputs.node]};
}
