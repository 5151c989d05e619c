import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import {BACKENDS, recordRuns} from '../support/backends.js';
import {checkCase} from '../support/conformance.js';
import {randomCasesOf, SEED} from '../support/settings.js';
import {randomCase} from '../cases/random.js';

/** Cases between two lines of progress. Each batch has a seed of its own, one more than that of the batch before. */
const BATCH = 1000;
/** Cases between two turns of the event loop, in which memory that the garbage collector found is freed. */
const TURN = 50;

const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 0));

describe(`random configurations, TFJS_CONV_TEST_SEED=${SEED}`, () => {
  test.each(BACKENDS)('on $name', async backend => {
    await tf.setBackend(backend.name);
    const runs = recordRuns(backend.table);
    const all = randomCasesOf(backend);
    let [checked, ran] = [0, 0];
    const property = fc.asyncProperty(randomCase, async one => {
      checkCase(backend, runs, one);
      ran += runs.splice(0).length;
      if (++checked % TURN === 0) await turn();
    });
    const started = performance.now();
    for (let first = 0; first < all; first += BATCH) {
      const [seed, numRuns] = [SEED + first / BATCH, Math.min(BATCH, all - first)];
      const perSecond =
        first === 0 ? '' : `, ${((1000 * first) / (performance.now() - started)).toFixed(0)} per second`;
      process.stdout.write(
        `random_test: TFJS_CONV_TEST_SEED=${seed} (${backend.name}, ${first} of ${all} cases done${perSecond})\n`,
      );
      await fc.assert(property, {seed, numRuns});
    }
    expect(checked).toBe(all);
    expect(ran).toBeGreaterThan(all);
  });
});
