/** Everything that is measured in one process; what it has found goes into the file that it is given. */
import {writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {dirname} from 'node:path';
import {fileURLToPath} from 'node:url';
import {ceilingOf} from './ceiling.js';
import {firstCalls} from './first_call.js';
import type {FirstCalls} from './first_call.js';
import type {Measured} from './measure.js';
import {GRADIENT_LAYERS, measureGradients} from './measure_gradients.js';
import {measureLayer} from './measure_layer.js';
import type {LayerResult} from './measure_layer.js';
import {measureModel} from './measure_model.js';
import {measureNetwork} from './measure_network.js';
import type {NetworkResult} from './measure_network.js';
import {imageOf, measureSeparable} from './measure_separable.js';
import {MODELS} from './models.js';
import {NETWORKS} from './networks/networks.js';
import {parseOptions} from './options.js';
import {OTHER_LAYERS} from './other_shapes.js';
import {ours} from './peers/backends.js';
import {PEERS} from './peers/index.js';
import {jaxWasm} from './peers/jax.js';
import {openCV} from './peers/opencv.js';
import {SEPARABLE} from './separable.js';
import {LAYERS} from './shapes.js';
import {THREADS, threadsText} from './threads.js';

export interface RuntimeResult {
  readonly title: string;
  readonly machine: string;
  readonly layers: LayerResult[];
  readonly others: LayerResult[];
  readonly gradients: Measured[];
  readonly networks: NetworkResult[];
  readonly models: Measured[];
  readonly separable: Measured[];
  /** In a process that has done nothing else. */
  readonly firstCalls: FirstCalls;
  /** In a process that has run other layers. */
  readonly warmFirstCalls: FirstCalls;
}

const {only, rounds, title, out, thorough, parts} = parseOptions();

const matching = <T extends {readonly name: string}>(part: string, all: readonly T[]): T[] =>
  parts.includes(part) ? all.filter(({name}) => name.includes(only)) : [];

/** Measures each of a list, and says which one it is at. */
async function each<T extends {readonly name: string}, R>(
  part: string,
  all: readonly T[],
  measureOne: (one: T) => R | Promise<R>,
): Promise<R[]> {
  const list = matching(part, all);
  const results: R[] = [];
  for (const [i, one] of list.entries()) {
    process.stderr.write(`${title}, ${part} ${i + 1} of ${list.length}: ${one.name}\n`);
    results.push(await measureOne(one));
  }
  return results;
}

const ceiling = ceilingOf();
const folder = dirname(fileURLToPath(import.meta.url));
// Before everything else: a process that has run a lot for a long time may leave the machine slower for a while.
const firsts = await each('first calls', LAYERS, ({name}) => firstCalls(folder, 'fresh', [name]));
const warmNames = matching('first calls', LAYERS).map(({name}) => name);
if (warmNames.length > 0) process.stderr.write(`${title}, first calls in warm processes\n`);
const warmFirstCalls = warmNames.length > 0 ? firstCalls(folder, 'warm', warmNames) : {};
const result: RuntimeResult = {
  title,
  machine: `${title}, ${cpus()[0]?.model.trim() ?? process.arch}, ${threadsText(THREADS)}, up to ${rounds} rounds`,
  layers: await each('layers', LAYERS, layer => measureLayer(layer, [...PEERS, jaxWasm], {rounds, ceiling})),
  networks: await each('networks', NETWORKS, network => measureNetwork(network, rounds)),
  models: await each('models', MODELS, model => measureModel(model, rounds)),
  gradients: await each('gradients', GRADIENT_LAYERS, layer => measureGradients(layer, rounds, thorough)),
  others: await each('others', OTHER_LAYERS, layer => measureLayer(layer, PEERS, {rounds, ceiling, timeEach: 400})),
  separable: await each('separable', SEPARABLE, row =>
    measureSeparable(
      row,
      Object.values(ours),
      row.op === 'spatiallySeparableConv2d' ? [openCV(row, imageOf(row))] : [],
      {rounds, timeEach: 1000},
    ),
  ),
  firstCalls: Object.fromEntries(firsts.flatMap(calls => Object.entries(calls))),
  warmFirstCalls,
};
writeFileSync(out, JSON.stringify(result, null, 1));
// ONNX Runtime keeps the process alive.
process.exit(0);
