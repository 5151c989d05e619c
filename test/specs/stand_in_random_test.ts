import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv/accelerate';
import {accelerated} from '../cases/bad_builtin_calls.js';
import {callKernel, randomCall} from '../cases/random_builtin.js';
import type {RandomCall} from '../cases/random_builtin.js';
import {BACKENDS} from '../support/backends.js';
import {counts} from '../support/memory.js';
import {SEED} from '../support/settings.js';

interface Outcome {
  readonly shape?: readonly number[];
  readonly values?: Float32Array;
  readonly error?: string;
}

function outcome(call: () => tf.Tensor): Outcome {
  try {
    const y = call();
    const {shape} = y;
    const result = {shape, values: Float32Array.from(y.dataSync())};
    y.dispose();
    return result;
  } catch (error) {
    return {error: String(error)};
  }
}

/** Whether two results differ by more than the rounding of sums of some hundreds of products. */
function differ(a: Float32Array, b: Float32Array): boolean {
  const largest = b.reduce((m, value) => Math.max(m, Math.abs(value)), 1e-2);
  return a.length !== b.length || a.some((value, i) => !(Math.abs(value - b[i]) <= 1e-5 * largest));
}

/** What is wrong with an outcome, next to that of TensorFlow.js' cpu kernel. */
function complaint({wrong, differs}: RandomCall, got: Outcome, stock: Outcome): string | undefined {
  if (got.error !== undefined) {
    if (wrong === undefined) return 'a right call is an error';
    return /^Error: \w+: .+; got .+=./s.test(got.error) ? undefined : 'the error is not clear';
  }
  if (differs) return undefined;
  if (stock.values === undefined) return 'a result where TensorFlow.js has none';
  if (String(got.shape) !== String(stock.shape)) return 'another shape';
  return got.values !== undefined && differ(got.values, stock.values) ? 'other values' : undefined;
}

describe(`random calls of built-in kernels, TFJS_CONV_TEST_SEED=${SEED}`, () => {
  test.each(BACKENDS)('on $name', async ({name, randomCases}) => {
    const calls = fc.sample(randomCall, {seed: SEED, numRuns: 4 * randomCases});
    await tf.setBackend(name);
    const before = counts();
    const outcomes = calls.map(call => outcome(() => accelerated(() => callKernel(call))));
    expect(counts()).toEqual(before);
    await tf.setBackend('cpu');
    // The built-in kernels would never end with some of the arguments that ours reject.
    const complaints = calls.flatMap((call, i) => {
      const got = outcomes[i];
      const stock = got.error === undefined ? outcome(() => callKernel(call)) : {};
      const what = complaint(call, got, stock);
      return what === undefined ? [] : [{what, call, got, stock}];
    });
    expect(complaints.length > 0 ? complaints[0] : undefined).toBeUndefined();
    expect(calls.filter(({wrong}) => wrong === undefined).length).toBeGreaterThan(randomCases);
  });
});
