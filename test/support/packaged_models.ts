import * as tf from '@tensorflow/tfjs';
import {BasicPitch} from '@spotify/basic-pitch';
import {NSFWJS} from 'nsfwjs/core';
import type {ModelDefinition} from 'nsfwjs/core';
import {MobileNetV2Model} from 'nsfwjs/models/mobilenet_v2';
import {artifactsOf} from './model_files.js';

/* Models that npm packages ship, loaded by TensorFlow.js' own loaders and run as the packages do it. */

export interface PackagedModel {
  readonly model: tf.LayersModel | tf.GraphModel;
  /** What the package makes of a fixed input. */
  readonly run: () => Promise<number[]>;
}

/** Numbers from 0 to before 1, the same in every run. */
const unevenNumbers = (size: number): Float32Array =>
  Float32Array.from({length: size}, (_, i) => (Math.sin(i * 0.37) * Math.cos(i * i * 0.011) + 1) / 2.01);

async function upscaler(): Promise<PackagedModel> {
  const model = await tf.loadLayersModel(
    tf.io.fromMemory(await artifactsOf('node_modules/@upscalerjs/default-model/models')),
  );
  const run = async () => {
    const image = tf.tensor(unevenNumbers(24 * 20 * 3), [1, 24, 20, 3]);
    const larger = model.predict(image) as tf.Tensor;
    const values = Array.from(await larger.data());
    tf.dispose([image, larger]);
    return values;
  };
  return {model, run};
}

/** A second of a sound whose pitch rises. */
const SOUND = Float32Array.from({length: 22050}, (_, i) => Math.sin((0.06 + i * 1e-6) * i) * 0.6);

async function basicPitch(): Promise<PackagedModel> {
  const model = await tf.loadGraphModel(tf.io.fromMemory(await artifactsOf('node_modules/@spotify/basic-pitch/model')));
  const run = async () => {
    const values: number[] = [];
    const collect = (...parts: number[][][]) => values.push(...parts.flat(2));
    await new BasicPitch(Promise.resolve(model)).evaluateModel(SOUND, collect, () => {});
    return values;
  };
  return {model, run};
}

/** What the package's own load() does, which decodes base64 in JavaScript; that takes a minute under jest. */
async function nsfw({options = {}, modelJson, weightBundles}: ModelDefinition): Promise<PackagedModel> {
  const {weightsManifest, ...rest} = (await modelJson()).default;
  const shards = await Promise.all(weightBundles.map(async bundle => Buffer.from((await bundle()).default, 'base64')));
  const artifacts = {
    ...rest,
    weightSpecs: weightsManifest.flatMap(group => group.weights),
    weightData: Uint8Array.from(Buffer.concat(shards)).buffer,
  };
  const classifier = new NSFWJS(tf.io.fromMemory(artifacts), {size: 224, ...options});
  await classifier.load();
  const run = async () => {
    const image = tf.tidy(() => tf.cast(tf.mul(tf.tensor(unevenNumbers(224 * 224 * 3), [224, 224, 3]), 255), 'int32'));
    const classes = await classifier.classify(image as tf.Tensor3D);
    image.dispose();
    return classes.sort((a, b) => (a.className < b.className ? -1 : 1)).map(({probability}) => probability);
  };
  return {model: classifier.model, run};
}

export const PACKAGED_MODELS: Readonly<Record<string, () => Promise<PackagedModel>>> = {
  '@upscalerjs/default-model': upscaler,
  '@spotify/basic-pitch': basicPitch,
  'nsfwjs, MobileNetV2 as LayersModel': () => nsfw(MobileNetV2Model),
};
