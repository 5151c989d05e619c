import {fail} from '../../errors.js';
import {LAYER_RULES} from '../rules.js';
import {camelCase, isObject} from './json.js';
import type {Json, JsonObject} from './json.js';

/*
 * The calls of layers. Keras 2 and TensorFlow.js write a call as a list of its inputs, [[layer, node, tensor, kwargs], ...].
 * Keras 3 writes the arguments of the call, in which tensors are objects:
 *
 *     {args: [{className: '__keras_tensor__', config: {kerasHistory: [layer, node, tensor]}}, ...], kwargs: {...}}
 */

/** Names of layers as they are written in calls: the exact ones, or what TensorFlow.js made of them. */
export type Naming = 'exact' | 'camelCase';

/** Finds a layer by the name that a call has. */
export class LayerNames {
  private readonly written = new Map<string, string[]>();

  constructor(
    names: readonly string[],
    private readonly naming: Naming,
  ) {
    for (const name of names) {
      const key = naming === 'exact' ? name : camelCase(name);
      this.written.set(key, [...(this.written.get(key) ?? []), name]);
    }
  }

  /** @throws if several layers may be meant. */
  find(written: string): string {
    const found = this.written.get(this.naming === 'exact' ? written : camelCase(written));
    if (found === undefined) return written;
    if (found.length > 1) {
      fail('loadLayersModel', LAYER_RULES.names, 'names', found);
    }
    return found[0];
  }
}

/** [layer, node, tensor]. */
type History = readonly [string, number, number];

export function historyOf(value: Json): History | undefined {
  if (!isObject(value) || !isObject(value.config)) return undefined;
  const {kerasHistory} = value.config;
  if (!Array.isArray(kerasHistory)) return undefined;
  return [String(kerasHistory[0]), Number(kerasHistory[1]), Number(kerasHistory[2])];
}

/** All tensors among the arguments of a call, in their order. */
function tensorsIn(value: Json): History[] {
  const history = historyOf(value);
  if (history !== undefined) return [history];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  return isObject(value) ? Object.values(value).flatMap(tensorsIn) : [];
}

/** What of the keyword arguments TensorFlow.js passes on: plain values. */
const plain = (kwargs: Json): JsonObject =>
  !isObject(kwargs)
    ? {}
    : Object.fromEntries(
        Object.entries(kwargs).filter(([, value]) => typeof value === 'number' || typeof value === 'boolean'),
      );

/** Calls as Keras 2 writes them. A model that is part of another one counts its own making as its first call there. */
export function convertNode(node: Json, names: LayerNames, models: ReadonlySet<string>): Json {
  if (!isObject(node)) return node;
  const kwargs = plain(node.kwargs ?? null);
  return [...tensorsIn(node.args ?? []), ...tensorsIn(node.kwargs ?? [])].map(([written, index, tensor]) => {
    const name = names.find(written);
    return [name, models.has(name) ? index + 1 : index, tensor, kwargs];
  });
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
