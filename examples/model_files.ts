/** Reads models in the format of the TensorFlow.js converter from disk. Pages pass an address to the loaders instead. */
import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {io} from '@tensorflow/tfjs';

/** What hands a loader the model.json and the weights beside it. */
export const fromDisk = (path: string): io.IOHandler => ({
  load: async () => {
    const {weightsManifest, ...rest} = JSON.parse(await readFile(path, 'utf8')) as io.ModelJSON;
    const shards = weightsManifest.flatMap(({paths}) => paths.map(name => readFile(join(dirname(path), name))));
    return {
      ...rest,
      weightSpecs: weightsManifest.flatMap(({weights}) => weights),
      weightData: Uint8Array.from(Buffer.concat(await Promise.all(shards))).buffer,
    };
  },
});
