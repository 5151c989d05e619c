import * as tf from '@tensorflow/tfjs';
import {conv1d} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import {BACKENDS} from '../support/backends.js';
import {callOp} from '../support/call.js';
import {CASES} from '../cases/index.js';
import {tensorsOf} from '../support/conformance.js';
import {parameterValues} from '../support/data.js';
import {modelOf} from '../support/model.js';
import {nodeBackendRuns} from '../support/node_backend.js';
import {product} from '../support/sums.js';

/** Tensors that TensorFlow's library holds, those among them that TensorFlow.js' engine does not count. */
const nativeTensors = (): number => (tf.backend() as unknown as {getNumOfTFTensors(): number}).getNumOfTFTensors();

BACKENDS.filter(({name}) => name === 'tensorflow').forEach(({name}) =>
  describe(`native memory on ${name}`, () => {
    beforeAll(() => tf.setBackend(name));

    /** One after the other, with their gradients. */
    function runCases(): void {
      for (const one of CASES.filter(({x}) => product(x) <= 1000)) {
        tf.tidy(() => {
          const model = modelOf(one);
          const tensors = tensorsOf(model, parameterValues(one, model));
          tf.grads((...inputs: tf.Tensor[]) => tf.sum(callOp(one, model, inputs)))(tensors);
        });
      }
    }

    function runBuiltin(): void {
      tf.tidy(() => {
        const loss = (x: tf.Tensor) => tf.sum(tf.conv2d(x as tf.Tensor4D, tf.ones([3, 3, 2, 4]), 2, 'same'));
        tf.grad(loss)(tf.ones([1, 9, 8, 2]));
      });
    }

    /** Convolutions of that many different sizes. */
    function runSizes(count: number): void {
      for (let size = 1; size <= count; size++) {
        tf.tidy(() => void conv1d(tf.ones<tf.Rank.R3>([1, size, 1]), tf.ones<tf.Rank.R3>([1, 1, 1])));
      }
    }

    /** Tensors that are left after `run`, beyond those that were there. */
    function leftBy(run: () => void): number {
      const before = nativeTensors();
      run();
      return nativeTensors() - before;
    }

    // Integers that ops take are kept from the first call on.
    test('no op and no gradient leaves a tensor behind', () => {
      runCases();
      expect(leftBy(runCases)).toBe(0);
    });

    test('nor does a built-in op on our kernels', () => {
      const restore = accelerate(name);
      runBuiltin();
      expect(leftBy(runBuiltin)).toBe(0);
      restore();
    });

    test('the integers that are kept for ops are not more and more', () => {
      expect(leftBy(() => runSizes(2200))).toBeLessThan(1100);
    });
  }),
);

if (!nodeBackendRuns) test.skip('backend tensorflow: npm run setup:node', () => undefined);
