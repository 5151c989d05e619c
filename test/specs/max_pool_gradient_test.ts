import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import '../support/entry_points.js';
import {values} from '../cases/around_convolutions.js';

/** Shapes, pool sizes, strides and padding of maximum pooling. */
const CASES: ReadonlyArray<[number[], [number, number], [number, number], 'same' | 'valid']> = [
  [[2, 6, 8, 3], [2, 2], [2, 2], 'valid'],
  [[1, 7, 5, 2], [3, 2], [2, 1], 'same'],
  [[3, 9, 4, 5], [2, 3], [3, 1], 'valid'],
  [[1, 5, 5, 1], [3, 3], [1, 1], 'same'],
];

/** dx of maximum pooling at a dy of its own. */
async function gradient(backend: string, index: number, change: (x: tf.Tensor) => tf.Tensor): Promise<number[]> {
  await tf.setBackend(backend);
  const [shape, size, strides, pad] = CASES[index];
  const dx = tf.tidy(() => {
    const x = change(values(index + 1, shape)) as tf.Tensor4D;
    const pool = (t: tf.Tensor) => tf.maxPool(t as tf.Tensor4D, size, strides, pad);
    const dy = tf.range(1, 1 + tf.util.sizeFromShape(pool(x).shape)).reshape(pool(x).shape);
    return tf.grad(pool)(x, dy);
  });
  const result = [...dx.dataSync()];
  dx.dispose();
  return result;
}

const CHANGES: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  'values of both signs': x => tf.where(tf.isFinite(x), x, tf.zerosLike(x)),
  'negative values': x => tf.where(tf.isFinite(x), tf.neg(tf.add(tf.abs(x), 1)), tf.fill(x.shape, -1)),
  'equal values': x => tf.fill(x.shape, -2),
};

describe.each(Object.keys(CHANGES))('the gradient of maximum pooling on wasm is that of cpu: %s', name => {
  test.each(CASES.map((case_, i): [string, number] => [JSON.stringify(case_), i]))('%s', async (_, index) => {
    const expected = await gradient('cpu', index, CHANGES[name]);
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    const restore = accelerate('wasm');
    const got = await gradient('wasm', index, CHANGES[name]);
    restore();
    expect(got).toEqual(expected);
    expect(tf.memory().numTensors).toBe(before);
  });
});
