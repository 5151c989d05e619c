import * as tf from '@tensorflow/tfjs';
import {accelerate} from 'tfjs-conv/accelerate';
import {ON_CORE} from '../../kernels/wasm/stand_ins/table.js';
import {label, MOVES, ROUNDED, values} from '../cases/around_convolutions.js';
import type {Call} from '../cases/around_convolutions.js';
import '../support/backends.js';

/*
 * What stands in for the wasm backend's kernels around convolutions, against those kernels: the same values, to the bit
 * where values are only moved or compared, and within what rounding explains elsewhere.
 */

interface Result {
  readonly shape: number[];
  readonly dtype: tf.DataType;
  readonly values: ArrayLike<number | string>;
}

const resultsOf = (call: Call): Result[] =>
  tf.tidy(() =>
    [call()].flat().map(({shape, dtype, dataSync}, i, all) => ({shape, dtype, values: dataSync.call(all[i]).slice()})),
  );

/** Both results, and whether the stand-in ran and left nothing behind. */
function both(call: Call): {stock: Result[]; ours: Result[]} {
  const stock = resultsOf(call);
  const before = tf.memory();
  const restore = accelerate('wasm');
  try {
    const ours = resultsOf(call);
    expect(tf.memory().numTensors).toBe(before.numTensors);
    expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    return {stock, ours};
  } finally {
    restore();
  }
}

function expectSame({stock, ours}: ReturnType<typeof both>, error: number): void {
  expect(ours.map(({shape, dtype}) => ({shape, dtype}))).toEqual(stock.map(({shape, dtype}) => ({shape, dtype})));
  ours.forEach((result, i) => {
    const expected = stock[i].values;
    for (let n = 0; n < expected.length; n++) {
      const [got, want] = [result.values[n], expected[n]];
      const fits = Object.is(got, want) || (error > 0 && Math.abs(Number(got) - Number(want)) <= error);
      if (!fits) throw new Error(`result ${i} at ${n} of ${label(result.shape)}: got ${got}, expected ${want}`);
    }
  });
}

beforeAll(() => tf.setBackend('wasm'));

it('every stand-in has cases', () => {
  expect([...Object.keys(MOVES), ...Object.keys(ROUNDED)].sort()).toEqual(Object.keys(ON_CORE).sort());
});

describe.each(Object.entries(MOVES))('%s', (_, calls) => {
  test.each([...calls])('%s', (__, call) => expectSame(both(call), 0));
});

describe.each(Object.entries(ROUNDED))('%s', (_, {calls, error}) => {
  test.each([...calls])('%s', (__, call) => expectSame(both(call), error));
});

it('StridedSlice drops an axis beside a stride, which the built-in kernel gets wrong', () => {
  const restore = accelerate('wasm');
  const y = tf.stridedSlice(tf.range(0, 72).reshape([4, 6, 3]), [1, 2, 0], [2, 6, 3], [1, 2, 1], 0, 0, 0, 0, 1);
  restore();
  expect(y.shape).toEqual([2, 3]);
  expect([...y.dataSync()]).toEqual([24, 25, 26, 30, 31, 32]);
});

/** Runs a kernel on a list of tensors, which the engine's types do not know. */
const runOnList = (kernel: string, inputs: tf.Tensor[], axis: number): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs as unknown as tf.NamedTensorMap, {axis});

function messageOf(call: Call): string {
  try {
    tf.tidy(call);
    return 'none';
  } catch (error) {
    return String(error);
  }
}

describe('what the built-in kernel refuses', () => {
  test.each<[string, Call]>([
    ['Concat of other shapes', () => runOnList('Concat', [values(1, [2, 3]), values(2, [3, 3])], 1)],
    ['Pack of other shapes', () => runOnList('Pack', [values(1, [2, 3]), values(2, [3, 3])], 0)],
    ['Maximum of shapes that do not broadcast', () => tf.maximum(values(1, [2, 3]), values(2, [2, 2]))],
  ])('%s', (_, call) => {
    const stock = messageOf(call);
    const restore = accelerate('wasm');
    const ours = messageOf(call);
    restore();
    expect(stock).not.toBe('none');
    expect(ours).toBe(stock);
  });
});
