import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import {DIFFERENTIABLE_CALLS} from '../cases/differentiable_calls.js';
import {titleOf} from '../cases/index.js';
import {wrongGradients} from '../support/affine.js';
import {BACKENDS} from '../support/backends.js';
import {BUILTINS, WRONG_BUILTINS} from '../support/builtins.js';
import {checkFirstOrder, checkSecondOrder} from '../support/derivatives.js';

/* The gradients of TensorFlow.js' own ops where kernels of ours stand in for the built-in ones. */

describe.each(BACKENDS)('accelerated on $name', ({name}) => {
  let restore: () => void;
  beforeAll(async () => {
    await tf.setBackend(name);
    restore = accelerate(name);
  });
  afterAll(() => restore());

  test.each([...BUILTINS, ...WRONG_BUILTINS].map(({one, call}) => [titleOf(one), one, call] as const))(
    '%s',
    (title, one, call) =>
      tf.tidy(() => {
        checkFirstOrder(`${title}, ${name}`, one, call);
        checkSecondOrder(`${title}, ${name}`, one, call);
      }),
  );

  // TensorFlow.js' sum of nothing, of which the loss is made, is an error on webgl.
  const calls = Object.entries(DIFFERENTIABLE_CALLS).filter(([what]) => name !== 'webgl' || !/ without /.test(what));

  test.each(calls)('%s', (_, call) => expect(tf.tidy(() => wrongGradients(call))).toEqual([]));
});
