/** Trains a small network on handwritten digits, on the wasm backend: npm run train [-- --epochs 6 --seed 1 --out curves.svg] */
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {setThreadsCount} from '@tensorflow/tfjs-backend-wasm';
import cliProgress from 'cli-progress';
import {accelerate} from 'tfjs-conv/accelerate';
import 'tfjs-conv/wasm';
import {curves} from './curves.js';
import {batchOf, loadDigits, type Digits} from './digits.js';
import {network} from './network.js';
import {learn, stepsPerEpoch, train, type History, type Plan} from './training.js';

const TESTED = 2000;
const BATCH_SIZE = 32;
const AIM = 0.97;

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** What TensorFlow.js says on this backend when a model with a convolution is to learn. */
async function refusal(digits: Digits, seed: number): Promise<string> {
  const model = network(seed);
  try {
    await learn(model, batchOf(digits, [0]));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    model.dispose();
  }
  return 'nothing: it learns';
}

/** A bar on a terminal; elsewhere a line now and then. */
async function withProgress(
  total: number,
  work: (onStep: (history: History) => void) => Promise<History>,
): Promise<History> {
  const bar = new cliProgress.SingleBar(
    {
      format: '[{bar}] {value} of {total} steps, {eta} s left, loss {loss}, accuracy {accuracy}',
      noTTYOutput: true,
      notTTYSchedule: 5000,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, {loss: '-', accuracy: '-'});
  try {
    return await work(({losses, accuracies}) =>
      bar.update(losses.length, {
        loss: losses[losses.length - 1].toFixed(3),
        accuracy: accuracies.length === 0 ? '-' : percent(accuracies[accuracies.length - 1]),
      }),
    );
  } finally {
    bar.stop();
  }
}

function count(option: string, value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new Error(`--${option} is a positive number; got ${value}`);
  return Number(value);
}

async function main(): Promise<void> {
  const {values} = parseArgs({
    options: {
      epochs: {type: 'string', default: '6'},
      seed: {type: 'string', default: '1'},
      out: {type: 'string', default: fileURLToPath(new URL('../out/training.svg', import.meta.url))},
    },
  });
  const plan: Plan = {epochs: count('epochs', values.epochs), batchSize: BATCH_SIZE, seed: count('seed', values.seed)};
  setThreadsCount(1);
  await tf.setBackend('wasm');
  const digits = loadDigits(TESTED, plan.seed);
  console.log(`TensorFlow.js alone, on wasm: ${await refusal(digits.train, plan.seed)}`);
  accelerate('wasm');
  const started = performance.now();
  const history = await withProgress(plan.epochs * stepsPerEpoch(digits.train, plan), onStep =>
    train(network(plan.seed), digits, plan, onStep),
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const accuracy = history.accuracies[history.accuracies.length - 1];
  const summary = `${percent(accuracy)} of ${TESTED} digits that were not learnt from are read right`;
  await mkdir(dirname(values.out), {recursive: true});
  await writeFile(values.out, curves(history, `A small CNN on the wasm backend: ${summary}`));
  console.log(`With tfjs-conv: ${summary}, after ${plan.epochs} epochs in ${seconds} s.`);
  console.log(`The curves: ${relative('', values.out)}`);
  if (!(accuracy > AIM)) throw new Error(`That is not above ${percent(AIM)}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
