/** The files of a model, read from one folder and from nowhere else. */
import {readFile, realpath, stat} from 'node:fs/promises';
import {isAbsolute, join, relative, sep} from 'node:path';
import type {io} from '@tensorflow/tfjs-core';

/** A model.json beyond this is none. */
const MAX_TOPOLOGY_BYTES = 256 * 2 ** 20;

/**
 * The file of this name, links followed, as long as it lies within `root`.
 *
 * @throws if the name or a link leads out of it.
 */
export async function pathWithin(root: string, folder: string, name: string): Promise<string> {
  const isPlain = name !== '' && !isAbsolute(name) && !/[\\\0:]/.test(name) && !name.split('/').includes('..');
  if (!isPlain)
    throw new Error(`a file of a model has a path within its folder; got ${JSON.stringify(name.slice(0, 100))}`);
  const [base, path] = await Promise.all([realpath(root), realpath(join(folder, name))]);
  const way = relative(base, path);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new Error(`${name} leads out of the folder of models`);
  return path;
}

/**
 * The bytes of a plain file within `root`: pipes and devices would be waited for without end.
 *
 * @throws also if it has more than `maxBytes`.
 */
export async function readWithin(root: string, folder: string, name: string, maxBytes = Infinity): Promise<Buffer> {
  const path = await pathWithin(root, folder, name);
  const facts = await stat(path);
  if (!facts.isFile()) throw new Error(`${name} is no file`);
  if (facts.size > maxBytes) throw new Error(`${name} is too large`);
  return readFile(path);
}

/** What is in model.json, as far as it is read here; TensorFlow.js reads the rest. */
type ModelJson = io.ModelJSON & {readonly format?: string};

/** What threads load a model from: those that are replaced later too, whatever has become of the folder meanwhile. */
export interface ModelFiles {
  readonly platform: 'tfjs_layers_model' | 'tfjs_graph_model';
  /** All but the weights. */
  readonly artifacts: io.ModelArtifacts;
  /** One copy for all threads. */
  readonly weights: SharedArrayBuffer;
}

/** The model in a folder of a version, checked: its weights are there, of the size that model.json says. */
export async function readModelFiles(root: string, folder: string): Promise<ModelFiles> {
  const text = (await readWithin(root, folder, 'model.json', MAX_TOPOLOGY_BYTES)).toString();
  const json = JSON.parse(text) as Partial<ModelJson> | null;
  if (json === null || typeof json.modelTopology !== 'object') throw new Error('model.json has no modelTopology');
  const manifest = json.weightsManifest ?? [];
  const names = manifest.flatMap(({paths}) => paths);
  const files = await Promise.all(names.map(name => readWithin(root, folder, name)));
  const weightSpecs = manifest.flatMap(({weights}) => weights);
  const weights = joined(files);
  const expected = weightSpecs.reduce((sum, spec) => sum + weightBytes(spec), 0);
  if (expected !== undefined && !Number.isNaN(expected) && weights.byteLength !== expected) {
    throw new Error(`the weights take ${expected} bytes, their files have ${weights.byteLength}`);
  }
  const {
    modelTopology,
    format,
    generatedBy,
    convertedBy,
    signature,
    userDefinedMetadata,
    modelInitializer,
    initializerSignature,
  } = json;
  const artifacts: io.ModelArtifacts = {
    modelTopology,
    format,
    generatedBy,
    convertedBy,
    weightSpecs,
    ...(signature && {signature}),
    ...(userDefinedMetadata && {userDefinedMetadata}),
    ...(modelInitializer && {modelInitializer}),
    ...(initializerSignature && {initializerSignature}),
  };
  return {
    // The converter of GraphModels always names the format; early savers of LayersModels did not.
    platform: format === 'graph-model' ? 'tfjs_graph_model' : 'tfjs_layers_model',
    artifacts,
    weights,
  };
}

/** As TensorFlow.js' loaders take them; the weights are a copy of this thread. */
export function handlerOf({artifacts, weights}: ModelFiles): io.IOHandler {
  const weightData = new Uint8Array(weights.byteLength);
  weightData.set(new Uint8Array(weights));
  return {load: () => Promise.resolve({...artifacts, weightData: weightData.buffer})};
}

function joined(files: readonly Buffer[]): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(files.reduce((sum, {length}) => sum + length, 0));
  const data = new Uint8Array(memory);
  let at = 0;
  for (const file of files) {
    data.set(file, at);
    at += file.length;
  }
  return memory;
}

const DTYPE_BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  complex64: 8,
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
};

/** Bytes of a weight in the files; NaN where only the reader knows, as for strings. */
function weightBytes({shape, dtype, quantization}: io.WeightsManifestEntry): number {
  const size = DTYPE_BYTES[quantization?.dtype ?? dtype] ?? NaN;
  return shape.reduce((product, length) => product * length, size);
}
