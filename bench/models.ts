import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {io} from '@tensorflow/tfjs-core';
import type {ModelDefinition} from 'nsfwjs/core';
import {MobileNetV2Model} from 'nsfwjs/models/mobilenet_v2';
import {MobileNetV2MidModel} from 'nsfwjs/models/mobilenet_v2_mid';

/** A model that an npm package ships, and the shape of what it is run on. */
export interface PackagedModel {
  readonly name: string;
  readonly input: readonly number[];
  readonly artifacts: () => Promise<io.ModelArtifacts>;
}

const concatenated = (parts: readonly Buffer[]): ArrayBuffer => Uint8Array.from(Buffer.concat(parts)).buffer;

/** A model.json, and what its weight files hold. */
function artifactsOf({weightsManifest, ...rest}: io.ModelJSON, shards: readonly Buffer[]): io.ModelArtifacts {
  return {...rest, weightSpecs: weightsManifest.flatMap(group => group.weights), weightData: concatenated(shards)};
}

/** The model in a folder of a package. */
function inFolder(folder: string): io.ModelArtifacts {
  const read = (path: string) => readFileSync(join(process.cwd(), 'node_modules', folder, path));
  const json = JSON.parse(read('model.json').toString()) as io.ModelJSON;
  return artifactsOf(json, json.weightsManifest.flatMap(({paths}) => paths).map(read));
}

async function ofNsfwjs({modelJson, weightBundles}: ModelDefinition): Promise<io.ModelArtifacts> {
  const shards = await Promise.all(weightBundles.map(async bundle => Buffer.from((await bundle()).default, 'base64')));
  return artifactsOf((await modelJson()).default, shards);
}

export const MODELS: readonly PackagedModel[] = [
  {
    name: '@upscalerjs/default-model, 96x96',
    input: [1, 96, 96, 3],
    artifacts: async () => inFolder('@upscalerjs/default-model/models'),
  },
  {
    name: '@spotify/basic-pitch, 2 s',
    input: [1, 43844, 1],
    artifacts: async () => inFolder('@spotify/basic-pitch/model'),
  },
  {name: 'nsfwjs MobileNetV2', input: [1, 224, 224, 3], artifacts: () => ofNsfwjs(MobileNetV2Model)},
  {name: 'nsfwjs MobileNetV2Mid', input: [1, 224, 224, 3], artifacts: () => ofNsfwjs(MobileNetV2MidModel)},
];
