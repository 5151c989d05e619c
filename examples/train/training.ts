/** The loop: a step for each batch, a test after each epoch. */
import * as tf from '@tensorflow/tfjs';
import {batchOf, type Batch, type Digits} from './digits.js';
import {random, shuffle} from '../random.js';

export interface History {
  /** Of each step. */
  readonly losses: number[];
  /** On the digits that are not learnt from, after each epoch. */
  readonly accuracies: number[];
}

export interface Plan {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
}

const TEST_BATCH = 500;
/** Rows and columns by which a digit is moved at most when it is learnt from. */
const SHIFT = 2;

export const stepsPerEpoch = ({labels}: Digits, {batchSize}: Plan): number => Math.floor(labels.length / batchSize);

/** Frees the batch after its use. */
async function using<T>(batch: Batch, use: (batch: Batch) => Promise<T>): Promise<T> {
  try {
    return await use(batch);
  } finally {
    tf.dispose([batch.x, batch.y]);
  }
}

/** One step; its loss. */
export const learn = (model: tf.LayersModel, batch: Batch): Promise<number> =>
  using(batch, async ({x, y}) => [await model.trainOnBatch(x, y)].flat()[0]);

export async function train(
  model: tf.LayersModel,
  digits: {train: Digits; test: Digits},
  plan: Plan,
  onStep: (history: History) => void,
): Promise<History> {
  const history: History = {losses: [], accuracies: []};
  const next = random(plan.seed);
  const shift = (): number => Math.floor(next() * (2 * SHIFT + 1)) - SHIFT;
  for (let epoch = 0; epoch < plan.epochs; epoch++) {
    const order = shuffle(digits.train.labels.length, plan.seed + epoch);
    for (let step = 0; step < stepsPerEpoch(digits.train, plan); step++) {
      const indices = order.subarray(step * plan.batchSize, (step + 1) * plan.batchSize);
      history.losses.push(await learn(model, batchOf(digits.train, indices, shift)));
      onStep(history);
      // Lets the progress be drawn.
      await tf.nextFrame();
    }
    history.accuracies.push(await accuracy(model, digits.test));
    onStep(history);
  }
  return history;
}

/** The share of digits that the model reads as they are meant. */
export async function accuracy(model: tf.LayersModel, digits: Digits): Promise<number> {
  const {length} = digits.labels;
  let right = 0;
  for (let from = 0; from < length; from += TEST_BATCH) {
    const indices = Array.from({length: Math.min(TEST_BATCH, length - from)}, (_, i) => from + i);
    right += await using(batchOf(digits, indices), async ({x, y}) => {
      const hits = tf.tidy(() => (model.predict(x) as tf.Tensor).argMax(-1).equal(y.argMax(-1)).sum());
      const [count] = await hits.data();
      hits.dispose();
      return count;
    });
  }
  return right / length;
}
