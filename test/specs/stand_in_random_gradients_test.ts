import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import type {RandomCall} from '../cases/random_builtin.js';
import {differentiableCall} from '../cases/random_differentiable.js';
import {wrongGradients} from '../support/affine.js';
import {BACKENDS} from '../support/backends.js';
import {counts} from '../support/memory.js';
import {SEED} from '../support/settings.js';

/** TensorFlow.js' sum of nothing, of which the loss is made, is an error on webgl. */
const isComputed = (name: string, {inputs}: RandomCall): boolean =>
  name !== 'webgl' || !Object.values(inputs).some(shape => shape.includes(0));

describe(`random gradients of built-in convolutions, TFJS_CONV_TEST_SEED=${SEED}`, () => {
  test.each(BACKENDS)('on $name', async ({name, randomCases}) => {
    const calls = fc
      .sample(differentiableCall, {seed: SEED, numRuns: Math.ceil(randomCases / 2)})
      .filter(call => isComputed(name, call));
    await tf.setBackend(name);
    const before = counts();
    const restore = accelerate(name);
    const wrong = calls.flatMap(call => tf.tidy(() => wrongGradients(call)).map(what => ({what, call})));
    restore();
    expect(wrong.length > 0 ? wrong[0] : undefined).toBeUndefined();
    expect(counts()).toEqual(before);
  });
});
