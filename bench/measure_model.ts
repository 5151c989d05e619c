import {loadGraphModel} from '@tensorflow/tfjs-converter';
import type {GraphModel} from '@tensorflow/tfjs-converter';
import {io, setBackend, tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {loadLayersModel} from '@tensorflow/tfjs-layers';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {optimizeGraphModels} from 'tfjs-conv/graph-model';
import {registerLayers} from 'tfjs-conv/layers';
import {product} from '../src/geometry/conv.js';
import {measure, pseudoRandom} from './measure.js';
import type {Contestant, Measured} from './measure.js';
import type {PackagedModel} from './models.js';
import {builtin, ours} from './peers/backends.js';
import {useKernels} from './peers/kernels.js';
import {output} from './peers/tfjs.js';

/** Whose models run as they were loaded, on our kernels. */
export const KERNELS_ONLY = `${ours.wasm.name}, kernels only`;

type Load = (artifacts: io.ModelArtifacts) => Promise<GraphModel | LayersModel>;

/** As TensorFlow.js does it. */
const load: Load = async artifacts =>
  'node' in artifacts.modelTopology!
    ? loadGraphModel(io.fromMemory(artifacts))
    : loadLayersModel(io.fromMemory(artifacts));

/** The same loaders, with what this package puts into them. */
const loadWithOurs: Load = async artifacts => {
  const undo = [registerLayers(), optimizeGraphModels()];
  try {
    return await load(artifacts);
  } finally {
    undo.reverse().forEach(one => one());
  }
};

const contestant = (
  name: string,
  kernels: 'ours' | 'built-in',
  {input, artifacts}: PackagedModel,
  loader: Load,
): Contestant => ({
  name,
  activate: async () => {
    await setBackend('wasm');
    useKernels('wasm', kernels);
  },
  prepare: async () => {
    const model = await loader(await artifacts());
    const x = tensor(pseudoRandom(product(input), 7), [...input]);
    return {
      run: () => output(tidy(() => [model.predict(x)].flat()[0] as Tensor)),
      dispose: () => {
        model.dispose();
        x.dispose();
      },
    };
  },
});

/** Runs a model as TensorFlow.js does it, on our kernels, and loaded and run with ours, in turns. */
export const measureModel = (model: PackagedModel, rounds: number): Promise<Measured> =>
  measure(
    model.name,
    [
      contestant(ours.wasm.name, 'ours', model, loadWithOurs),
      contestant(KERNELS_ONLY, 'ours', model, load),
      contestant(builtin.wasm.name, 'built-in', model, load),
    ],
    {rounds, bound: largest => largest * 2 ** -14, timeEach: 6000},
  );
