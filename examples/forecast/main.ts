/** Layers that TensorFlow.js has not, trained, saved and loaded, on wasm: npm run example:forecast [-- --steps 150 --seed 1] */
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {setThreadsCount} from '@tensorflow/tfjs-backend-wasm';
import {accelerate} from 'tfjs-conv/accelerate';
import {loadLayersModel} from 'tfjs-conv/layers';
import 'tfjs-conv/wasm';
import {random} from '../random.js';
import {network, REACH} from './network.js';
import {plot} from './plot.js';
import {signal} from './signal.js';

const [WINDOW, BATCH, TESTED] = [256, 8, 400];
/** Share of the error of taking the sample before for the prediction, at most. */
const AIM = 0.05;

/** Windows of the signal, and the same one sample later; shapes [count, WINDOW, 1]. */
function windows(samples: Float32Array, starts: readonly number[]): {x: tf.Tensor3D; y: tf.Tensor3D} {
  const at = (shift: number) =>
    tf.tensor3d(
      Float32Array.from(starts.flatMap(start => [...samples.subarray(start + shift, start + shift + WINDOW)])),
      [starts.length, WINDOW, 1],
    );
  return {x: at(0), y: at(1)};
}

async function train(model: tf.LayersModel, samples: Float32Array, steps: number, seed: number): Promise<number[]> {
  const next = random(seed);
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const starts = Array.from({length: BATCH}, () => Math.floor(next() * (samples.length - WINDOW - 1)));
    const {x, y} = windows(samples, starts);
    losses.push([await model.trainOnBatch(x, y)].flat()[0]);
    tf.dispose([x, y]);
    if (step % 50 === 0) console.log(`step ${step} of ${steps}, loss ${losses[step - 1].toExponential(1)}`);
  }
  return losses;
}

/** The model as it comes back from its file. */
async function savedAndLoaded(model: tf.LayersModel): Promise<tf.LayersModel> {
  const kept: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler(async artifacts => {
      kept.push(artifacts);
      return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
    }),
  );
  return loadLayersModel(tf.io.fromMemory(kept[0]));
}

/** Sum of (a - b)^2. */
const squares = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

/** What a model predicts for the samples after the first REACH ones, and these. */
function forecast(model: tf.LayersModel, samples: Float32Array): {predicted: Float32Array; truth: Float32Array} {
  const count = Math.floor((samples.length - 1) / (WINDOW - REACH)) - 1;
  const starts = Array.from({length: count}, (_, i) => i * (WINDOW - REACH));
  return tf.tidy(() => {
    const {x, y} = windows(samples, starts);
    const late = (t: tf.Tensor3D) => t.slice([0, REACH, 0]).dataSync<'float32'>();
    return {predicted: late(model.predict(x) as tf.Tensor3D), truth: late(y)};
  });
}

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      steps: {type: 'string', default: '150'},
      seed: {type: 'string', default: '1'},
      out: {type: 'string', default: fileURLToPath(new URL('../out/forecast.svg', import.meta.url))},
    },
  });
  const [steps, seed] = [Number(values.steps), Number(values.seed)];
  if (!(steps >= 1) || !(seed >= 1)) throw new Error('--steps and --seed are numbers from 1 on');
  setThreadsCount(1);
  await tf.setBackend('wasm');
  accelerate('wasm');
  const model = network(WINDOW, seed);
  model.compile({optimizer: tf.train.adam(0.005), loss: 'meanSquaredError'});
  const started = performance.now();
  const losses = await train(model, signal(20_000, seed), steps, seed);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);

  const loaded = await savedAndLoaded(model);
  const unseen = signal(WINDOW * 12, seed + 1);
  const {predicted, truth} = forecast(loaded, unseen);
  if (squares(predicted, forecast(model, unseen).predicted) !== 0)
    throw new Error('The loaded model predicts otherwise.');
  const share = squares(predicted, truth) / squares(truth.subarray(1), truth);
  const title =
    `Grouped, dilated, causal convolutions on wasm: ${steps} steps in ${seconds} s, ` +
    `error ${(100 * share).toFixed(1)} % of that of the sample before`;
  await mkdir(dirname(values.out), {recursive: true});
  await writeFile(
    values.out,
    plot({title, losses, signal: truth.subarray(0, TESTED), predicted: predicted.subarray(0, TESTED)}),
  );
  console.log(`${title}; saved, loaded, the same.`);
  console.log(`The curves: ${relative('', values.out)}`);
  if (!(share < AIM)) throw new Error(`That is not below ${100 * AIM} %.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
