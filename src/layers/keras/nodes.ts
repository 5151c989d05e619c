import {isObject} from './json.js';
import type {Json, JsonObject} from './json.js';
import type {LayerNames} from './layer_names.js';

/*
 * The calls of layers. Keras 2 and TensorFlow.js write a call as a list of its inputs, [[layer, node, tensor, kwargs], ...].
 * Keras 3 writes the arguments of the call, in which tensors are objects:
 *
 *     {args: [{className: '__keras_tensor__', config: {kerasHistory: [layer, node, tensor]}}, ...], kwargs: {...}}
 */

/** The list [layer, node, tensor] of what Keras 3 writes for a tensor. */
export function historyOf(value: Json): Json[] | undefined {
  if (!isObject(value) || !isObject(value.config)) return undefined;
  const {kerasHistory} = value.config;
  return Array.isArray(kerasHistory) ? kerasHistory : undefined;
}

/** All tensors among the arguments of a call, in their order. */
function tensorsIn(value: Json): Json[][] {
  const history = historyOf(value);
  if (history !== undefined) return [history];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  return isObject(value) ? Object.values(value).flatMap(tensorsIn) : [];
}

/**
 * [layer, node, tensor] as TensorFlow.js has it. A model that is part of another one counts its own making as its first
 * call there.
 */
export function convertHistory(history: Json[], names: LayerNames, models: ReadonlySet<string>): Json[] {
  const name = names.find(history);
  return [name, Number(history[1]) + (models.has(name) ? 1 : 0), history[2]];
}

/** What of the keyword arguments TensorFlow.js passes on: plain values. */
const plain = (kwargs: Json): JsonObject =>
  !isObject(kwargs)
    ? {}
    : Object.fromEntries(
        Object.entries(kwargs).filter(([, value]) => typeof value === 'number' || typeof value === 'boolean'),
      );

/** Calls as Keras 2 writes them. */
export function convertNode(node: Json, names: LayerNames, models: ReadonlySet<string>): Json {
  if (!isObject(node)) return node;
  const kwargs = plain(node.kwargs ?? null);
  const tensors = [...tensorsIn(node.args ?? []), ...tensorsIn(node.kwargs ?? [])];
  return tensors.map(history => [...convertHistory(history, names, models), kwargs]);
}

const isEnd = (value: Json): value is [string, number, number] => Array.isArray(value) && typeof value[0] === 'string';

/** Inputs or outputs of a model as a list of [layer, node, tensor]: Keras 3 writes one, a list, or names with them. */
export function convertEnds(ends: Json, models: ReadonlySet<string>, ofKeras3: boolean): Json[] {
  if (isEnd(ends)) {
    const [name, index, tensor] = ends;
    return [[name, ofKeras3 && models.has(name) ? index + 1 : index, tensor]];
  }
  if (Array.isArray(ends)) return ends.flatMap(end => convertEnds(end, models, ofKeras3));
  return isObject(ends) ? Object.values(ends).flatMap(end => convertEnds(end, models, ofKeras3)) : [];
}
