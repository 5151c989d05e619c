import * as tf from '@tensorflow/tfjs';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import {conv2d, conv2dTranspose} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import {instantiate} from '../../kernels/wasm_core/runtime/instantiate.js';
import '../support/backends.js';

/** The backend's memory, which its types do not show. */
const heap = (): Uint8Array => ((tf.backend() as BackendWasm).wasm as unknown as {HEAPU8: Uint8Array}).HEAPU8;
const heapBytes = (): number => heap().length;

const x = (size: number) => tf.fill([1, size, size, 4], 0.5) as tf.Tensor4D;
const filter = () => tf.fill([3, 3, 4, 8], 0.25) as tf.Tensor4D;

describe('the memory of backend wasm', () => {
  beforeAll(() => tf.setBackend('wasm'));

  test('is shared between threads where the page may share memory', () => {
    expect(Object.prototype.toString.call(heap().buffer) === '[object SharedArrayBuffer]').toBe(
      globalThis.crossOriginIsolated === true,
    );
  });

  test('may grow before, between and in calls', () => {
    const [image, weights] = [x(16), filter()];
    const expected = conv2d(image, weights).dataSync();
    const before = heapBytes();
    const kept: tf.Tensor[] = [];
    while (heapBytes() === before) kept.push(tf.zeros([1 << 20]));
    expect(conv2d(image, weights).dataSync()).toEqual(expected);
    // The result itself is larger than what is left.
    const grown = heapBytes();
    const large = conv2d(x(1500), weights);
    expect(heapBytes()).toBeGreaterThan(grown);
    expect(large.dataSync()[large.size - 1]).toBe(expected[expected.length - 1]);
    tf.dispose([...kept, large, image, weights]);
  });

  test('does not grow in a long run', () => {
    const [image, weights] = [x(32), filter()];
    conv2d(image, weights).dispose();
    const [before, tensors] = [heapBytes(), tf.memory().numTensors];
    for (let i = 0; i < 2000; i++) tf.dispose(conv2d(image, weights));
    expect(heapBytes()).toBe(before);
    expect(tf.memory().numTensors).toBe(tensors);
    tf.dispose([image, weights]);
  });

  test('out of it, a call throws, and later ones work', () => {
    const [image, weights] = [x(16), filter()];
    const expected = conv2d(image, weights).dataSync();
    const huge = tf.zeros([1, 20000, 1500, 4]) as tf.Tensor4D;
    const wide = tf.zeros([1, 1, 4, 64]) as tf.Tensor4D;
    const rule = 'the WebAssembly memory must have room for the operation';
    const before = tf.memory();
    expect(() => conv2d(huge, wide)).toThrow(
      new Error(`conv2d: ${rule}; got bytes=7680000000, x.shape=[1,20000,1500,4], filter.shape=[1,1,4,64]`),
    );
    expect(() => tf.tidy(() => conv2dTranspose(huge, tf.zeros([1, 1, 32, 4]) as tf.Tensor4D))).toThrow(
      new Error(`conv2dTranspose: ${rule}; got bytes=3840000000, x.shape=[1,20000,1500,4], filter.shape=[1,1,32,4]`),
    );
    const restore = accelerate('wasm');
    expect(() => tf.conv2d(huge, wide, 1, 'valid')).toThrow(
      new Error(`Conv2D: ${rule}; got bytes=7680000000, x.shape=[1,20000,1500,4], filter.shape=[1,1,4,64]`),
    );
    restore();
    expect(tf.memory()).toEqual(before);
    tf.dispose([huge, wide]);
    expect(conv2d(image, weights).dataSync()).toEqual(expected);
  });
});

test('the core runs on a shared memory', () => {
  const memory = new WebAssembly.Memory({initial: 1, maximum: 16, shared: true});
  const {run} = instantiate({memory, malloc: () => 0, free: () => {}});
  new Float32Array(memory.buffer, 1024, 6).set([1, 2, 3, 4, 5, 6]);
  run.transpose(2048, 1024, 2, 3);
  expect([...new Float32Array(memory.buffer, 2048, 6)]).toEqual([1, 4, 2, 5, 3, 6]);
});
