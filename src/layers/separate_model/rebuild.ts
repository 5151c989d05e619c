import {serialization} from '@tensorflow/tfjs-core';
import type {layers, LayersModel} from '@tensorflow/tfjs-layers';
import {registerLayers} from '../register_layers.js';
import type {ModelFromConfig} from '../register_layers.js';
import type {Candidate} from './candidates.js';
import {asContainer, isContainer} from './containers.js';
import type {Container} from './containers.js';

/** What takes the place of a layer, by its path. */
export type Replacements = ReadonlyMap<string, Candidate>;

type Config = serialization.ConfigDict;

/** A layer in the configuration of a container. */
interface LayerConfig {
  readonly className: string;
  readonly config: Config & {readonly name: string; readonly layers?: LayerConfig[]};
}

function rewritten(layer: LayerConfig, prefix: string, replacements: Replacements): LayerConfig {
  const {className, config} = layer;
  const path = `${prefix}${config.name}`;
  const inner = config.layers;
  if (inner !== undefined) {
    // The registration boundary: the configuration of a container holds those of its layers.
    const changed = {...config, layers: inner.map(one => rewritten(one, `${path}/`, replacements))};
    return {...layer, config: changed as LayerConfig['config']};
  }
  const replacement = replacements.get(path);
  if (replacement === undefined) return {...layer, className, config};
  return {...layer, className: replacement.className, config: replacement.config(config) as LayerConfig['config']};
}

/** A model of the same layers but for the replaced ones, with no weights yet. */
function rebuilt(model: LayersModel, replacements: Replacements): LayersModel {
  // A copy, as configurations may hold arrays that belong to their layers. The registration boundary: see LayerConfig.
  const config = JSON.parse(JSON.stringify(model.getConfig())) as LayerConfig['config'];
  const inner = (config.layers ?? []).map(layer => rewritten(layer, '', replacements));
  const undo = registerLayers();
  try {
    const [cls, fromConfig] = serialization.SerializationMap.getMap().classNameMap[model.getClassName()];
    // The registration boundary: TensorFlow.js' own types of these say less than what it passes and returns.
    const make = fromConfig as unknown as (...args: unknown[]) => ReturnType<ModelFromConfig>;
    const made = make(cls, {...config, layers: inner}, {}, true) as LayersModel;
    made.name = model.name;
    return made;
  } finally {
    undo();
  }
}

function copyWeights(from: Container, to: Container, prefix: string, replacements: Replacements): void {
  from.layers.forEach((layer, i) => {
    const path = `${prefix}${layer.name}`;
    const target: layers.Layer = to.layers[i];
    if (isContainer(layer) && isContainer(target)) return copyWeights(layer, target, `${path}/`, replacements);
    const replacement = replacements.get(path);
    if (replacement === undefined) return target.setWeights(layer.getWeights());
    // The bias is the last weight of a convolution that has one.
    target.setWeights([...replacement.kernels(), ...layer.getWeights().slice(1)]);
  });
}

/** A model with layers replaced, and all weights. To be called in a tidy. */
export function withReplacements(model: LayersModel, replacements: Replacements): LayersModel {
  const made = rebuilt(model, replacements);
  try {
    copyWeights(asContainer(model), asContainer(made), '', replacements);
    return made;
  } catch (error) {
    made.dispose();
    throw error;
  }
}
