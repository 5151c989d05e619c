import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv/accelerate';
import {ACTIVATIONS} from '../../src/geometry/options.js';
import {accelerated} from '../cases/bad_builtin_calls.js';
import {callKernel, randomCall} from '../cases/random_builtin.js';
import type {RandomCall} from '../cases/random_builtin.js';
import {CURVES} from '../support/activations.js';
import {BACKENDS} from '../support/backends.js';
import {counts} from '../support/memory.js';
import {SEED} from '../support/settings.js';
import {summation, UNIT_ROUNDOFF} from '../support/tolerance.js';

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

/** No tensor has a larger value, a slope neither. */
const LARGEST = 2;

/**
 * How far two results of a call in float32 may be apart, per element, where neither is the reference: twice what the rule
 * of test/support/tolerance.ts allows. TensorFlow.js' kernel says how many terms an element has, and what their absolute
 * values add up to.
 */
function allowed(call: RandomCall, values: Float32Array): number[] {
  const {activation} = call.attrs;
  const {lipschitz, relative, absolute} = CURVES[ACTIVATIONS.find(name => name === activation) ?? 'linear'][0];
  const linear = {...call, attrs: activation === undefined ? call.attrs : {...call.attrs, activation: 'linear'}};
  const [terms, magnitudes] = [tf.onesLike, tf.abs].map(change => outcome(() => callKernel(linear, change)).values);
  return Array.from(values, (value, i) => {
    const carried = lipschitz(LARGEST) * summation(terms?.[i] ?? 0, magnitudes?.[i] ?? 0, false);
    return 2 * (carried + UNIT_ROUNDOFF * (relative * (Math.abs(value) + carried) + absolute));
  });
}

/** Whether the results of a call differ by more than rounding. */
function differ(call: RandomCall, got: Float32Array, stock: Float32Array): boolean {
  const bounds = allowed(call, stock);
  return got.length !== stock.length || got.some((value, i) => !(Math.abs(value - stock[i]) <= bounds[i]));
}

/** What is wrong with an outcome, next to that of TensorFlow.js' cpu kernel. */
function complaint(call: RandomCall, got: Outcome, stock: Outcome): string | undefined {
  const {wrong, differs} = call;
  if (got.error !== undefined) {
    if (wrong === undefined) return 'a right call is an error';
    return /^Error: \w+: .+; got .+=./s.test(got.error) ? undefined : 'the error is not clear';
  }
  if (differs) return undefined;
  if (stock.values === undefined) return 'a result where TensorFlow.js has none';
  if (String(got.shape) !== String(stock.shape)) return 'another shape';
  return got.values !== undefined && differ(call, got.values, stock.values) ? 'other values' : undefined;
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
