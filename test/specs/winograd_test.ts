import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {DIRECT_SUMS_FLAG, VARIANT_FLAG, WINOGRAD_FLAG} from '../../src/registry/flags.js';
import {BACKENDS, recordRuns} from '../support/backends.js';
import type {TestBackend} from '../support/backends.js';
import {numbers} from '../support/data.js';
import {withFlags} from '../support/flags.js';
import {lineError, winogradError} from '../support/tolerance.js';

const [HEIGHT, WIDTH, CHANNELS] = [22, 25, 16];
const SHAPE: [number, number, number] = [HEIGHT, WIDTH, CHANNELS];
const FILTER: [number, number, number, number] = [3, 3, CHANNELS, CHANNELS];

const x = Float32Array.from(numbers('winograd x', HEIGHT * WIDTH * CHANNELS));
const dy = Float32Array.from(numbers('winograd dy', HEIGHT * WIDTH * CHANNELS));
const filter = Float32Array.from(numbers('winograd filter', 9 * CHANNELS * CHANNELS));

const run = (values: Float32Array): Float32Array =>
  tf.tidy(() =>
    conv2d(tf.tensor3d(values, SHAPE), tf.tensor4d(filter, FILTER), {pad: 1}).dataSync<'float32'>().slice(),
  );

/** The gradient by the filter of the sum of all results, each times one of the weights. */
const filterGradient = (values: Float32Array): Float32Array =>
  tf.tidy(() => {
    const weights = tf.tensor3d(dy, SHAPE);
    const loss = (taps: tf.Tensor): tf.Tensor =>
      tf.sum(tf.mul(conv2d(tf.tensor3d(values, SHAPE), taps as tf.Tensor4D, {pad: 1}), weights));
    return tf.grad(loss)(tf.tensor4d(filter, FILTER)).dataSync<'float32'>().slice();
  });

/** Lines of 3 taps. */
const LINE: [number, number, number, number] = [1, 3, CHANNELS, CHANNELS];

const hasWinograd = ({table}: TestBackend): boolean => table.ConvND.some(({name}) => name === 'winograd_4x4');

const TESTED = BACKENDS.filter(hasWinograd);

(TESTED.length > 0 ? describe.each(TESTED) : describe.skip.each(BACKENDS))('Winograd on $name', ({name, table}) => {
  const runs = recordRuns(table);
  beforeAll(() => tf.setBackend(name));
  beforeEach(() => runs.splice(0));

  /** What `compute` returns without Winograd's algorithm. */
  function direct(values: Float32Array, compute = run): Float32Array {
    tf.env().set(WINOGRAD_FLAG, false);
    try {
      return compute(values);
    } finally {
      tf.env().set(WINOGRAD_FLAG, true);
    }
  }

  const variants = () => runs.map(({variant}) => variant);

  test('the flag turns it off', () => {
    run(x);
    direct(x);
    expect(variants()).toEqual(['winograd_4x4', expect.not.stringContaining('winograd')]);
  });

  test('the flag turns it off in the gradient of the filter', () => {
    filterGradient(x);
    direct(x, filterGradient);
    const gradients = runs.filter(({kernel}) => kernel === 'ConvNDBackpropFilter').map(({variant}) => variant);
    expect(gradients).toEqual(['winograd_4x4', expect.not.stringContaining('winograd')]);
  });

  test.each([NaN, Infinity, -Infinity, 3e38])('%p in x reaches no taps that do not meet it', special => {
    for (const [row, column] of [
      [0, 0],
      [9, 12],
      [HEIGHT - 1, 3],
    ]) {
      const changed = x.slice();
      changed[(row * WIDTH + column) * CHANNELS + 5] = special;
      expect(filterGradient(changed)).toEqual(direct(changed, filterGradient));
    }
  });

  test('it stays within the written bound', () => {
    const [got, expected] = [run(x), direct(x)];
    const filterSum = Math.max(
      ...Array.from({length: CHANNELS}, (_, o) =>
        filter.reduce((sum, value, i) => (i % CHANNELS === o ? sum + Math.abs(value) : sum), 0),
      ),
    );
    const bound = 2 * winogradError(CHANNELS, Math.max(...x.map(Math.abs)), filterSum);
    expect(got.findIndex((value, i) => !(Math.abs(value - expected[i]) <= bound))).toBe(-1);
  });

  test.each([NaN, Infinity, -Infinity, 3e38])('%p reaches no further than its receptive field', special => {
    for (const [row, column] of [
      [0, 0],
      [9, 12],
      [HEIGHT - 1, WIDTH - 1],
      [4, 3],
    ]) {
      const changed = x.slice();
      changed[(row * WIDTH + column) * CHANNELS + 5] = special;
      const [got, expected, before] = [run(changed), direct(changed), direct(x)];
      const wrong = got.findIndex((value, i) => {
        const [h, w] = [Math.floor(i / (WIDTH * CHANNELS)), Math.floor(i / CHANNELS) % WIDTH];
        const reached = Math.abs(h - row) <= 1 && Math.abs(w - column) <= 1;
        if (!reached) return !(Math.abs(value - before[i]) <= 1e-3);
        return Number.isFinite(expected[i])
          ? !(Math.abs(value / expected[i] - 1) <= 1e-5)
          : !Object.is(value, expected[i]);
      });
      expect({row, column, wrong}).toEqual({row, column, wrong: -1});
    }
    expect(variants()).toContain('winograd_4x4');
  });

  describe('along one axis', () => {
    const lines = (): Float32Array =>
      tf.tidy(() =>
        conv2d(tf.tensor3d(x, SHAPE), tf.tensor4d(filter.subarray(0, 3 * CHANNELS ** 2), LINE), {pad: 'same'})
          .dataSync<'float32'>()
          .slice(),
      );

    test.each([WINOGRAD_FLAG, DIRECT_SUMS_FLAG])('%s forbids it, though it is asked for by name', flag => {
      withFlags({[VARIANT_FLAG]: 'winograd_line'}, lines);
      withFlags({[VARIANT_FLAG]: 'winograd_line', [flag]: flag === DIRECT_SUMS_FLAG}, lines);
      expect(variants()).toEqual(['winograd_line', expect.not.stringContaining('winograd')]);
    });

    test('it goes before FFT tiles where it costs less, and behind them where it is forbidden', () => {
      const layer = () =>
        tf.tidy(() => conv2d(tf.ones<tf.Rank.R4>([1, 1, 2000, 128]), tf.ones<tf.Rank.R4>([1, 5, 128, 128])).dataSync());
      layer();
      withFlags({[WINOGRAD_FLAG]: false}, layer);
      tf.tidy(() => conv2d(tf.ones<tf.Rank.R4>([1, 64, 64, 64]), tf.ones<tf.Rank.R4>([5, 5, 64, 64])).dataSync());
      expect(variants()).toEqual(['winograd_line', 'fft', 'fft']);
    });

    test('it stays within the written bound', () => {
      const [got, expected] = [
        withFlags({[VARIANT_FLAG]: 'winograd_line'}, lines),
        withFlags({[DIRECT_SUMS_FLAG]: true}, lines),
      ];
      expect(variants()).toContain('winograd_line');
      const filterSum = Math.max(
        ...Array.from({length: CHANNELS}, (_, o) =>
          filter
            .subarray(0, 3 * CHANNELS ** 2)
            .reduce((sum, value, i) => (i % CHANNELS === o ? sum + Math.abs(value) : sum), 0),
        ),
      );
      const bound = 2 * lineError(CHANNELS, Math.max(...x.map(Math.abs)), filterSum);
      expect(got.findIndex((value, i) => !(Math.abs(value - expected[i]) <= bound))).toBe(-1);
    });
  });
});
