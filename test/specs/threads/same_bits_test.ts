import '../../support/share_everything.js';
import * as tf from '@tensorflow/tfjs';
import {CASES, titleOf} from '../../cases/index.js';
import type {Case} from '../../cases/index.js';
import {callOp} from '../../support/call.js';
import {tensorsOf} from '../../support/conformance.js';
import {lossWeights, parameterValues} from '../../support/data.js';
import {modelOf} from '../../support/model.js';
import '../../support/entry_points.js';

/*
 * Every case of the conformance tests, forward and backward, on one to three threads, to the bit.
 */

const INPUTS = CASES.map(one => {
  const model = modelOf(one);
  return {one, model, values: parameterValues(one, model), weights: lossWeights(one, model)};
});

/** The bits of y and of its gradients. */
function bitsOf({one, model, values, weights}: (typeof INPUTS)[number]): Uint32Array[] {
  const results = tf.tidy(() => {
    const tensors = tensorsOf(model, values);
    const dy = tf.tensor(Float32Array.from(weights), [...model.map.outputShape]);
    return [callOp(one, model, tensors), ...tf.grads((...xs: tf.Tensor[]) => callOp(one, model, xs))(tensors, dy)];
  });
  const bits = results.map(result => new Uint32Array(Float32Array.from(result.dataSync()).buffer));
  tf.dispose(results);
  return bits;
}

/** Cases that the backend computes otherwise with so many threads than with one. */
function differences(name: string, threads: number, expected: ReadonlyMap<Case, Uint32Array[]>): string[] {
  const different: string[] = [];
  for (const input of INPUTS) {
    const found = bitsOf(input);
    const same = expected.get(input.one)?.every((bits, i) => bits.every((word, k) => word === found[i][k]));
    if (same !== true) different.push(`${name}, ${threads} threads, ${titleOf(input.one)}`);
  }
  return different;
}

/** Sets the backend up anew, with so many threads. */
async function setUp(name: string, threads: number): Promise<void> {
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  tf.registerBackend(name, factory);
  tf.env().set('TFJS_CONV_THREADS', threads);
  await tf.setBackend(name);
}

/** Workers that have been started. */
let started = 0;
const threads = process.getBuiltinModule('node:worker_threads');
const {Worker} = threads;
beforeAll(() => {
  threads.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started++;
    }
  };
});
afterAll(() => {
  threads.Worker = Worker;
});

test.each(['cpu', 'wasm'])('%s computes the same on one, two and three threads', async name => {
  await setUp(name, 1);
  const expected = new Map(INPUTS.map(input => [input.one, bitsOf(input)]));
  expect(started).toBe(0);
  for (const count of [2, 3]) {
    started = 0;
    await setUp(name, count);
    bitsOf(INPUTS[0]);
    expect(started).toBe(count - 1);
    // Workers need a moment until they compute.
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(differences(name, count, expected)).toEqual([]);
  }
  tf.removeBackend(name);
  started = 0;
});
