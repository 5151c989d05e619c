import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import {BACKENDS, recordRuns} from '../support/backends.js';
import {checkCase} from '../support/conformance.js';
import {randomCase} from '../cases/random.js';

/** A new one each run; TFJS_CONV_TEST_SEED=<seed> replays a run. */
const seed = Number(process.env.TFJS_CONV_TEST_SEED ?? Date.now() % 2 ** 31);

describe(`random configurations, TFJS_CONV_TEST_SEED=${seed}`, () => {
  test.each(BACKENDS)('on $name', async backend => {
    await tf.setBackend(backend.name);
    const runs = recordRuns(backend.table);
    process.stdout.write(`random_test: TFJS_CONV_TEST_SEED=${seed} (${backend.name}, ${backend.randomCases} cases)\n`);
    let checked = 0;
    fc.assert(
      fc.property(randomCase, one => {
        checkCase(backend, runs, one);
        checked++;
      }),
      {seed, numRuns: backend.randomCases},
    );
    expect(checked).toBe(backend.randomCases);
    expect(runs.length).toBeGreaterThan(0);
  });
});
