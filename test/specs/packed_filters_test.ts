import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {packedFilterBytes as packedOnCpu} from 'tfjs-conv/cpu';
import {packedFilterBytes as packedOnWasm} from 'tfjs-conv/wasm';
import {BACKENDS} from '../support/backends.js';

/* Filters that the core has packed live as long as their tensors. */

const PACKED: Readonly<Record<string, () => number>> = {cpu: packedOnCpu, wasm: packedOnWasm};
const WITH_CORE = BACKENDS.filter(({name}) => name in PACKED);

const filter = () => tf.fill([3, 3, 4, 8], 0.25) as tf.Tensor4D;

(WITH_CORE.length > 0 ? describe.each(WITH_CORE) : describe.skip.each(BACKENDS))(
  'packed filters on $name',
  ({name}) => {
    const packedFilterBytes = PACKED[name];
    beforeAll(() => tf.setBackend(name));

    /** A step of training: a new filter, packed for the forward pass and for the gradient. */
    const step = (x: tf.Tensor4D): void =>
      tf.tidy(() => {
        const weights = filter();
        tf.grad(image => conv2d(image as tf.Tensor4D, weights))(x);
      });

    test('are gone when their tensors are disposed', () => {
      const [x, kept, gone] = [tf.fill([1, 8, 8, 4], 0.5) as tf.Tensor4D, filter(), filter()];
      conv2d(x, kept).dispose();
      const one = packedFilterBytes();
      expect(one).toBeGreaterThanOrEqual(4 * kept.size);
      conv2d(x, gone).dispose();
      expect(packedFilterBytes()).toBe(2 * one);
      gone.dispose();
      expect(packedFilterBytes()).toBe(one);
      kept.dispose();
      expect(packedFilterBytes()).toBe(0);
      x.dispose();
    });

    test('stay as long as any tensor has their values', () => {
      const [x, first] = [tf.fill([1, 8, 8, 4], 0.5) as tf.Tensor4D, filter()];
      const second = tf.reshape(first, first.shape) as tf.Tensor4D;
      conv2d(x, first).dispose();
      const one = packedFilterBytes();
      first.dispose();
      expect(packedFilterBytes()).toBe(one);
      conv2d(x, second).dispose();
      expect(packedFilterBytes()).toBe(one);
      second.dispose();
      expect(packedFilterBytes()).toBe(0);
      x.dispose();
    });

    test('take no more in a loop that never pauses', () => {
      const x = tf.fill([1, 5, 5, 4], 0.5) as tf.Tensor4D;
      const registered = jest.spyOn(FinalizationRegistry.prototype, 'register');
      step(x);
      const tensors = tf.memory().numTensors;
      for (let i = 0; i < 2000; i++) step(x);
      expect(registered.mock.calls.length).toBeLessThanOrEqual(1);
      registered.mockRestore();
      expect(tf.memory().numTensors).toBe(tensors);
      expect(packedFilterBytes()).toBe(0);
      x.dispose();
    });
  },
);
