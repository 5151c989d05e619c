/**
 * Makes a trained network smaller: its filters of 5x5 become a column and a row, or depthwise separable, and some more training
 * makes up for what that lost: npm run example:separate [-- --rank 6 --seed 1]
 */
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import {setThreadsCount} from '@tensorflow/tfjs-backend-wasm';
import {accelerate} from 'tfjs-conv/accelerate';
import {separateModel} from 'tfjs-conv/layers';
import 'tfjs-conv/wasm';
import {loadDigits} from '../train/digits.js';
import {accuracy, train} from '../train/training.js';
import {network} from './network.js';

const [TESTED, BATCH_SIZE, PERIODS] = [2000, 32, {first: 1, afterwards: 1}];
/** By how much the smaller network may be worse at the end. */
const LOSS = 0.01;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function main(): Promise<void> {
  const {values} = parseArgs({options: {rank: {type: 'string', default: '6'}, seed: {type: 'string', default: '1'}}});
  const [rank, seed] = [Number(values.rank), Number(values.seed)];
  setThreadsCount(1);
  await tf.setBackend('wasm');
  accelerate('wasm');
  const digits = loadDigits(TESTED, seed);
  const learn = async (model: tf.LayersModel, epochs: number, title: string): Promise<void> => {
    model.compile({optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy'});
    let shown = 0;
    await train(model, digits, {epochs, batchSize: BATCH_SIZE, seed}, ({losses}) => {
      if (losses.length < shown + 50) return;
      shown = losses.length;
      console.log(`${title}, step ${shown}: loss ${losses[shown - 1].toFixed(3)}`);
    });
  };

  const given = network(seed);
  await learn(given, PERIODS.first, 'the network');
  const {model, report} = separateModel(given, {rank});
  console.log(String(report));
  const shares = [await accuracy(given, digits.test), await accuracy(model, digits.test)];
  await learn(model, PERIODS.afterwards, 'the smaller one');
  shares.push(await accuracy(model, digits.test));
  const [before, separated, tuned] = shares.map(percent);
  console.log(`Digits read right: ${before} before, ${separated} separated, ${tuned} after more training.`);
  if (!(shares[2] >= shares[0] - LOSS)) throw new Error(`That is more than ${percent(LOSS)} worse than before.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
