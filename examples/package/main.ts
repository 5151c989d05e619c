/**
 * A package that knows nothing of this one, nsfwjs, classifies a photograph on wasm with the model that it ships: as it is, and
 * after two calls ahead of it: npm run example:package [-- picture]
 */
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs';
import {setThreadsCount} from '@tensorflow/tfjs-backend-wasm';
import {load, type NSFWJS} from 'nsfwjs/core';
import {MobileNetV2MidModel} from 'nsfwjs/models/mobilenet_v2_mid';
import {accelerate} from 'tfjs-conv/accelerate';
import {optimizeGraphModels} from 'tfjs-conv/graph-model';
import 'tfjs-conv/wasm';
import {difference, takeTurns} from '../measure.js';
import {loadPicture} from '../tour/picture.js';

const ROUNDS = 15;
const TOLERANCE = 1e-4;

/** What the package does when it is told to load its model; it is the same before and after. */
const classifier = (): Promise<NSFWJS> =>
  load(MobileNetV2MidModel.name, {...MobileNetV2MidModel.options, modelDefinitions: [MobileNetV2MidModel]});

/** The probabilities, in the order of the names of their classes. */
async function classify(nsfw: NSFWJS, picture: tf.Tensor3D): Promise<number[]> {
  const classes = await nsfw.classify(picture);
  return classes.sort((a, b) => a.className.localeCompare(b.className)).map(({probability}) => probability);
}

/** Runs what is to run on our kernels. */
async function onOurs<T>(run: () => Promise<T>): Promise<T> {
  const restore = accelerate('wasm');
  try {
    return await run();
  } finally {
    restore();
  }
}

async function main(): Promise<void> {
  tf.enableProdMode();
  setThreadsCount(1);
  await tf.setBackend('wasm');
  const path = process.argv[2] ?? fileURLToPath(new URL('../data/chelsea.png', import.meta.url));
  const values = tf.mul(await loadPicture(path), 255);
  const picture = tf.cast(values, 'int32') as tf.Tensor3D;

  const plain = await classifier();
  const restoreModels = optimizeGraphModels();
  const optimized = await classifier();
  restoreModels();

  const expected = await classify(plain, picture);
  const error = difference(await onOurs(() => classify(optimized, picture)), expected);
  if (!(error <= TOLERANCE)) throw new Error(`The probabilities differ by ${error.toExponential(1)}.`);
  console.log(`nsfwjs, MobileNetV2Mid, wasm: ${ROUNDS} classifications each`);
  const [stock, accelerated, both] = await takeTurns(
    [
      async () => void (await classify(plain, picture)),
      async () => void (await onOurs(() => classify(plain, picture))),
      async () => void (await onOurs(() => classify(optimized, picture))),
    ],
    ROUNDS,
  );
  console.table({
    'as it is': {ms: Number(stock.toFixed(1)), 'times as fast': 1},
    'accelerate()': {ms: Number(accelerated.toFixed(1)), 'times as fast': Number((stock / accelerated).toFixed(2))},
    'accelerate(), optimizeGraphModels()': {
      ms: Number(both.toFixed(1)),
      'times as fast': Number((stock / both).toFixed(2)),
    },
  });
  console.log(`Largest difference of a probability: ${error.toExponential(1)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
