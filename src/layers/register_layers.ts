import {serialization} from '@tensorflow/tfjs-core';
import {LAYER_CLASSES} from './classes.js';
import type {JsonObject} from './keras/json.js';
import {convertModelConfig} from './keras/topology.js';
import {patchStockLayers} from './stock_patches.js';

type ClassNameMap = serialization.SerializationMap['classNameMap'];
type Entry = ClassNameMap[string];

/** How TensorFlow.js makes models out of configurations; the types of its registry have two of the arguments. */
export type ModelFromConfig = (cls: Entry[0], config: JsonObject, ...rest: unknown[]) => serialization.Serializable;

/** Puts a class into TensorFlow.js' registry, and returns what undoes it as long as nobody has replaced it since. */
function replaceClass(map: ClassNameMap, name: string, entry: Entry): () => void {
  const own = Object.getOwnPropertyDescriptor(map, name);
  map[name] = entry;
  return () => {
    if (map[name] !== entry) return;
    if (own === undefined) delete map[name];
    else Object.defineProperty(map, name, own);
  };
}

/** Makes a class of models read configurations of Keras 3 too. */
function readingKeras3([cls, fromConfig]: Entry, className: string): Entry {
  const read: ModelFromConfig = (model, config, ...rest) =>
    // The registration boundary: TensorFlow.js passes more than its types say.
    (fromConfig as unknown as ModelFromConfig)(
      model,
      // A list of layers is of Keras 1.
      Array.isArray(config) ? config : convertModelConfig(className, config, 'camelCase'),
      ...rest,
    );
  return [cls, read as unknown as Entry[1]];
}

/** Classes of models. */
const MODELS: readonly string[] = ['Functional', 'Model', 'Sequential'];

function install(map: ClassNameMap): () => void {
  const restores = [
    ...LAYER_CLASSES.map(cls => replaceClass(map, cls.className, [cls, cls.fromConfig])),
    ...MODELS.map(name => replaceClass(map, name, readingKeras3(map[name], name))),
    patchStockLayers(),
  ];
  return () => restores.reverse().forEach(restore => restore());
}

/**
 * Where TensorFlow.js' registry of classes keeps who has registered. A program may have several copies of this module,
 * such as its ES and its CommonJS form, which know each other by it.
 */
const REGISTERED: unique symbol = Symbol.for('tfjs-conv.layers');

interface Registration {
  count: number;
  readonly undo: () => void;
}

interface MaybeRegistered {
  [REGISTERED]?: Registration;
}

/**
 * Makes TensorFlow.js' layers right, and lets `tf.loadLayersModel` read what Keras 2 and 3 save:
 *
 * - Saved models with convolutions of any kind: groups, dilation of transposed and depthwise ones, output padding, causal
 *   padding, strides together with dilation; SeparableConv1D, Conv1DTranspose, DepthwiseConv1D; what tf_keras writes for
 *   separable ones.
 * - `tf.layers.conv2d` and the other factories of convolutions, which take `groups` and `outputPadding` too.
 * - Training of all of them on every backend.
 * - Topologies and names of weights of Keras 3, and layers and activations that TensorFlow.js lacks.
 *
 * What TensorFlow.js computes rightly it goes on computing itself, unless `accelerate()` says otherwise. On a backend for
 * which no kernels are imported (`tfjs-conv/wasm` and others) what it does not compute runs on the portable kernels.
 *
 * Calls may be nested and overlap: all is undone when every call's function has been called. Models that were loaded
 * meanwhile stay right; layers of TensorFlow.js' own factories are then as they were before.
 *
 * @returns what undoes it. A second call of that does nothing.
 * @example
 * ```ts
 * const undo = registerLayers();
 * const layer = tf.layers.conv1d({filters: 2, kernelSize: 3, padding: 'causal', inputShape: [8, 1]});
 * console.log(tf.sequential({layers: [layer]}).outputs[0].shape); // [null,8,2]
 * undo();
 * ```
 */
export function registerLayers(): () => void {
  const registry: serialization.SerializationMap & MaybeRegistered = serialization.SerializationMap.getMap();
  const registration = (registry[REGISTERED] ??= {count: 0, undo: install(registry.classNameMap)});
  registration.count++;
  let active = true;
  return () => {
    if (!active) return;
    active = false;
    if (--registration.count > 0) return;
    registration.undo();
    delete registry[REGISTERED];
  };
}
