import * as tf from '@tensorflow/tfjs';
import {readFile} from './read_file.js';

export const textOf = (bytes: ArrayBuffer): string => new TextDecoder().decode(bytes);

/** What the model.json of a folder and the weight files beside it hold, as the loaders of TensorFlow.js take it. */
export async function artifactsOf(folder: string): Promise<tf.io.ModelArtifacts> {
  const {weightsManifest, ...rest} = JSON.parse(textOf(await readFile(`${folder}/model.json`))) as tf.io.ModelJSON;
  const paths = weightsManifest.flatMap(group => group.paths);
  const shards = await Promise.all(paths.map(path => readFile(`${folder}/${path}`)));
  return {
    ...rest,
    weightSpecs: weightsManifest.flatMap(group => group.weights),
    weightData: tf.io.concatenateArrayBuffers(shards),
  };
}
