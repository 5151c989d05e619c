import type {NamedTensorMap} from '@tensorflow/tfjs-core';
import type {layers, LayersModel, LayerVariable} from '@tensorflow/tfjs-layers';
import {snakeCase} from './json.js';

/*
 * The names under which Keras saves weights. TensorFlow.js loads them by `originalName`: the layer's name and that of the
 * weight. Keras writes
 *
 *     layer/weight                     Keras 2, and Keras 3 in .h5
 *     layer/cell/weight                recurrent layers
 *     model/layer/weight               Keras 3 in .h5: layers of a Sequential, and of some nested models
 *     layers/class_n/vars/i            Keras 3 in .keras: the n-th layer of its class, the i-th weight of it
 *     layers/class_n/layers/...        nested models, likewise
 */

/** Weights whose name in Keras 3 is not that of Keras 2. */
const ALIASES: Readonly<Record<string, string>> = {depthwise_kernel: 'kernel'};

const hasLayers = (layer: layers.Layer): layer is LayersModel => 'layers' in layer && Array.isArray(layer.layers);

interface Target {
  /** Names of the models around the layer, outermost first. */
  readonly models: readonly string[];
  readonly variable: LayerVariable;
}

const targetsOf = (model: LayersModel, models: readonly string[] = []): Target[] =>
  model.layers.flatMap(layer =>
    hasLayers(layer) ? targetsOf(layer, [...models, layer.name]) : layer.weights.map(variable => ({models, variable})),
  );

/** All forms in which a name may be written that means the weight, besides what is in front of or within them. */
function formsOf({models, variable}: Target): string[] {
  const tokens = variable.originalName.split('/');
  const alias = ALIASES[tokens[tokens.length - 1]];
  const names = [tokens, ...(alias === undefined ? [] : [[...tokens.slice(0, -1), alias]])];
  return names.flatMap(name => [[...models, ...name].join('/'), name.join('/')]);
}

/** A map of what only one weight may be called. */
function unique(entries: ReadonlyArray<readonly [string, LayerVariable]>): Map<string, LayerVariable> {
  const found = new Map<string, LayerVariable>();
  const ambiguous = new Set<string>();
  for (const [name, variable] of entries) {
    if (found.has(name) && found.get(name) !== variable) ambiguous.add(name);
    found.set(name, variable);
  }
  ambiguous.forEach(name => found.delete(name));
  return found;
}

/** The weight of a name of the first three forms: without the models in front of it, and without the cell in it. */
function findByPath(name: string, weights: ReadonlyMap<string, LayerVariable>): LayerVariable | undefined {
  const tokens = name.split('/');
  for (let i = 0; i < tokens.length; i++) {
    const rest = tokens.slice(i);
    const found = weights.get(rest.join('/')) ?? weights.get([...rest.slice(0, -2), rest[rest.length - 1]].join('/'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Names of lists of layers in .keras files. */
const LISTS = '(?:layers|_layer_checkpoint_dependencies)';

/** What Keras saves beside weights: the states of random generators. */
const isGenerator = (name: string): boolean => /seed_generator/.test(name);

/** Parts of a layer in the order in which TensorFlow.js has their weights, others in between. */
const PARTS: readonly RegExp[] = [
  /forward_layer/,
  /query_dense/,
  /key_dense/,
  /value_dense/,
  /output_dense/,
  /backward_layer/,
];

const partOf = (name: string): number => {
  const part = PARTS.findIndex(pattern => pattern.test(name));
  return part < 0 ? 0 : part;
};

const indexOf = (name: string): number => Number(name.slice(name.lastIndexOf('/') + 1));

/** The names of the last two forms, each with its weight. */
function findByOrder(model: LayersModel, names: readonly string[]): Array<readonly [string, LayerVariable]> {
  const used = new Map<string, number>();
  return model.layers.flatMap(layer => {
    const kind = snakeCase(layer.getClassName());
    const count = used.get(kind) ?? 0;
    used.set(kind, count + 1);
    const path = new RegExp(`^${LISTS}/${kind}${count === 0 ? '' : `_${count}`}/`);
    const inside = names.filter(name => path.test(name));
    if (hasLayers(layer)) {
      const prefixes = new Map(inside.map(name => [name.replace(path, ''), name]));
      return findByOrder(layer, [...prefixes.keys()]).map(
        ([name, variable]) => [prefixes.get(name)!, variable] as const,
      );
    }
    const ordered = inside.sort((a, b) => partOf(a) - partOf(b) || indexOf(a) - indexOf(b));
    return layer.weights.flatMap((variable, i) => (i < ordered.length ? [[ordered[i], variable] as const] : []));
  });
}

/**
 * Weights under the names by which the model's own `loadWeights` finds them. Names that it knows stay, and so do those
 * that nothing is found for, which it reports.
 */
export function renameWeights(model: LayersModel, weights: NamedTensorMap): NamedTensorMap {
  const names = Object.keys(weights).filter(name => !isGenerator(name));
  const targets = targetsOf(model);
  const known = new Set(targets.map(({variable}) => variable.originalName));
  const byPath = unique(targets.flatMap(target => formsOf(target).map(form => [form, target.variable] as const)));
  const byOrder = new Map(names.some(name => /\/vars\/\d+$/.test(name)) ? findByOrder(model, names) : []);
  return Object.fromEntries(
    names.map(name => {
      const variable = known.has(name) ? undefined : (byOrder.get(name) ?? findByPath(name, byPath));
      return [variable?.originalName ?? name, weights[name]];
    }),
  );
}

/** Runs what writes weights without the constraints on them: saved weights are as they are. */
export function withoutConstraints(model: LayersModel, write: () => void): void {
  // The registration boundary: TensorFlow.js' types have the constraint readonly.
  const variables = model.weights as unknown as Array<{constraint: unknown}>;
  const constraints = variables.map(({constraint}) => constraint);
  variables.forEach(variable => (variable.constraint = null));
  try {
    write();
  } finally {
    variables.forEach((variable, i) => (variable.constraint = constraints[i]));
  }
}
