import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import {BACKENDS, recordRuns} from './backends.js';
import {checkCase} from './conformance.js';
import {randomCase} from './random_cases.js';

/** A new one each run; TFJS_CONV_TEST_SEED=<seed> replays a run. */
const seed = Number(process.env.TFJS_CONV_TEST_SEED ?? Date.now() % 2 ** 31);

const RUNS: {readonly [name: string]: number} = {cpu: 250, wasm: 250, 'plain-cpu': 100, tensorflow: 250};

describe(`random configurations, TFJS_CONV_TEST_SEED=${seed}`, () => {
  test.each(BACKENDS)('on $name', async backend => {
    await tf.setBackend(backend.name);
    const runs = recordRuns(backend.table);
    process.stdout.write(`random_test: TFJS_CONV_TEST_SEED=${seed} (${backend.name}, ${RUNS[backend.name]} cases)\n`);
    let checked = 0;
    fc.assert(fc.property(randomCase.filter(one => !backend.broken(one)), one => {
      checkCase(backend, runs, one);
      checked++;
    }), {seed, numRuns: RUNS[backend.name]});
    expect(checked).toBe(RUNS[backend.name]);
    expect(runs.length).toBeGreaterThan(0);
  });
});
