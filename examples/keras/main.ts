/**
 * Models that Keras 3 has made and TensorFlow.js refuses, loaded in both of its formats and compared with what Keras itself
 * makes of an input: npm run example:keras
 */
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs';
import Table from 'cli-table3';
import {accelerate} from 'tfjs-conv/accelerate';
import 'tfjs-conv/cpu';
import {loadGraphModel} from 'tfjs-conv/graph-model';
import {loadLayersModel} from 'tfjs-conv/layers';
import {difference} from '../measure.js';
import {fromDisk} from '../model_files.js';

/** Of the folder of models, whose README says how they were made. */
const NETWORKS = {
  resnext: 'grouped convolutions',
  wavenet: 'causal, dilated 1-D convolutions',
  unet: 'transposed convolutions',
  segmentation3d: '3-D and transposed 3-D convolutions',
};
const TOLERANCE = 1e-5;

const folder = (network: string): string =>
  fileURLToPath(new URL(`../../test/models/${network}/keras3/`, import.meta.url));

type Model = tf.LayersModel | tf.GraphModel;

interface Described {
  readonly shape: number[];
  readonly offset: number;
}

/** An input, and what Keras makes of it. */
async function fromKeras(network: string): Promise<{x: tf.Tensor; y: Float32Array}> {
  const bytes = await readFile(`${folder(network)}values.bin`);
  const all = new Float32Array(Uint8Array.from(bytes).buffer);
  const {inputs, outputs} = JSON.parse(await readFile(`${folder(network)}values.json`, 'utf8')) as Record<
    'inputs' | 'outputs',
    Described[]
  >;
  const values = ({shape, offset}: Described) => all.subarray(offset, offset + tf.util.sizeFromShape(shape));
  return {x: tf.tensor(values(inputs[0]), inputs[0].shape), y: values(outputs[0])};
}

/** What TensorFlow.js alone makes of a model: its error, or how far it is from Keras. */
async function stock(load: () => Promise<Model>, x: tf.Tensor, y: Float32Array): Promise<string> {
  try {
    return distance(await load(), x, y).toExponential(1);
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0].slice(0, 60);
  }
}

const distance = (model: Model, x: tf.Tensor, y: Float32Array): number =>
  tf.tidy(() => difference((model.predict(x) as tf.Tensor).dataSync(), y));

async function main(): Promise<void> {
  await tf.setBackend('cpu');
  const rows = new Table({
    head: ['model', 'format', 'TensorFlow.js alone', 'with tfjs-conv'],
    style: {head: [], border: []},
  });
  for (const [network, kind] of Object.entries(NETWORKS)) {
    const {x, y} = await fromKeras(network);
    const [layers, graph] = ['layers', 'graph'].map(format => fromDisk(`${folder(network)}${format}/model.json`));
    const before = [
      await stock(() => tf.loadLayersModel(layers), x, y),
      await stock(() => tf.loadGraphModel(graph), x, y),
    ];
    const restore = accelerate('cpu');
    const models = [await loadLayersModel(layers), await loadGraphModel(graph)];
    for (const [i, format] of ['LayersModel', 'GraphModel'].entries()) {
      const error = distance(models[i], x, y);
      rows.push([`${network}: ${kind}`, format, before[i], `${error.toExponential(1)} from Keras`]);
      if (!(error <= TOLERANCE)) throw new Error(`${network} as ${format} is ${error} from what Keras makes of it.`);
    }
    restore();
  }
  console.log(rows.toString());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
