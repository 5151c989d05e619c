import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {DIRECT_SUMS_FLAG, VARIANT_FLAG} from '../../src/registry/flags.js';
import {FFT_LAYERS} from '../cases/fft_layers.js';
import type {FftLayer} from '../cases/fft_layers.js';
import {BACKENDS, recordRuns} from '../support/backends.js';
import type {TestBackend} from '../support/backends.js';
import {numbers} from '../support/data.js';
import {fftError} from '../support/tolerance.js';

/** A layer with values. */
function operandsOf({name, size: [height, width], kernel, channels, groups}: FftLayer) {
  const elements = height * width * channels;
  const x = Float32Array.from(numbers(`${name} x`, elements));
  const filter = Float32Array.from(numbers(`${name} filter`, (kernel[0] * kernel[1] * channels ** 2) / groups));

  const run = (values: Float32Array, weights = filter): Float32Array =>
    tf.tidy(() =>
      conv2d(
        tf.tensor3d(values, [height, width, channels]),
        tf.tensor4d(weights, [...kernel, channels / groups, channels]),
        {pad: 'same', groups},
      )
        .dataSync<'float32'>()
        .slice(),
    );

  /** x with another value in the last channel of one pixel. */
  function withValue(value: number, h: number, w: number): Float32Array {
    const values = x.slice();
    values[(h * width + w + 1) * channels - 1] = value;
    return values;
  }

  /** Calls `check` for every result, with whether its window has a pixel. */
  function forEachResult(h: number, w: number, check: (index: number, hasPixel: boolean) => void): void {
    for (let i = 0; i < elements; i++) {
      const pixel = Math.floor(i / channels);
      const distances = [Math.floor(pixel / width) - h, (pixel % width) - w];
      check(
        i,
        distances.every((distance, a) => Math.abs(distance) <= kernel[a] >> 1),
      );
    }
  }

  /** Terms of a result. */
  const terms = (kernel[0] * kernel[1] * channels) / groups;

  /** Twice what values may be off by. */
  const bound = (values: Float32Array): number => {
    const sums = new Float64Array(channels);
    filter.forEach((value, i) => (sums[i % channels] += Math.abs(value)));
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return 2 * fftError(terms, kernel, largest, Math.max(...sums));
  };

  return {x, filter, terms, run, withValue, forEachResult, bound, middle: [height >> 1, width >> 1] as const};
}

const hasFft = ({table}: TestBackend): boolean => table.ConvND.some(({name}) => name === 'fft');

const TESTED = BACKENDS.filter(hasFft).flatMap(backend =>
  FFT_LAYERS.map(layer => ({...backend, layer, title: layer.name})),
);

describe.each(TESTED)('FFT tiles on $name: $title', ({name, table, layer}) => {
  const {x, filter, terms, run, withValue, forEachResult, bound, middle} = operandsOf(layer);
  const runs = recordRuns(table);
  beforeAll(() => tf.setBackend(name));
  beforeEach(() => runs.splice(0));
  afterEach(() => {
    tf.env().set(DIRECT_SUMS_FLAG, false);
    tf.env().set(VARIANT_FLAG, '');
  });

  const variants = () => runs.map(({variant}) => variant);

  /** What `run` returns by direct sums. */
  function direct(values: Float32Array, weights = filter): Float32Array {
    tf.env().set(DIRECT_SUMS_FLAG, true);
    try {
      return run(values, weights);
    } finally {
      tf.env().set(DIRECT_SUMS_FLAG, false);
    }
  }

  test('they run where they pay, and the flag forbids them and Winograd', () => {
    run(x);
    direct(x);
    tf.env().set(DIRECT_SUMS_FLAG, true);
    tf.tidy(() => conv2d(tf.ones<tf.Rank.R4>([1, 40, 40, 16]), tf.ones<tf.Rank.R4>([3, 3, 16, 16]), {pad: 'same'}));
    const [first, ...others] = variants();
    expect(first).toBe('fft');
    expect(others).toHaveLength(2);
    expect(others.filter(variant => /^fft|^winograd/.test(variant))).toEqual([]);
  });

  test('the flag forbids them where they are asked for by name', () => {
    tf.env().set(VARIANT_FLAG, 'fft');
    direct(x);
    expect(variants()).not.toContain('fft');
  });

  test('lines of more taps than the longest tile has elements are computed by parts', () => {
    const y = tf.tidy(() =>
      conv2d(tf.ones<tf.Rank.R4>([1, 1, 65600, 1]), tf.ones<tf.Rank.R4>([1, 65580, 1, 1]), {pad: 'same'}).dataSync(),
    );
    expect(variants()).toEqual(['fft']);
    const most = fftError(65580, [1, 65580], 1, 65580);
    const termsOf = (t: number) => Math.min(65599, t - 32789 + 65579) - Math.max(0, t - 32789) + 1;
    expect(y.filter((value, t) => !(Math.abs(value - termsOf(t)) <= most))).toHaveLength(0);
  });

  test('sums of whole numbers are exact by direct sums', () => {
    const whole = x.map(value => Math.round(value * 8));
    const weights = filter.map(value => Math.round(value * 8));
    const y = direct(whole, weights);
    expect(y.every(Number.isInteger)).toBe(true);
  });

  test.each([NaN, Infinity, -Infinity, 3e38])('%d stays within its receptive field', value => {
    const [h, w] = middle;
    const values = withValue(value, h, w);
    const [y, expected, without] = [run(values), direct(values), direct(x)];
    expect(variants()[0]).toBe('fft');
    const [most, mostOfAll] = [bound(x), bound(values)];
    const wrong: number[] = [];
    forEachResult(h, w, (i, hasPixel) => {
      // Beside finite values of its tile, the bound is that of the largest of them.
      const near = Math.abs(y[i] - without[i]) <= (value === 3e38 ? mostOfAll : most);
      const isRight = hasPixel ? Number.isFinite(expected[i]) || Object.is(y[i], expected[i]) : near;
      if (!isRight) wrong.push(i);
    });
    expect(wrong).toEqual([]);
  });

  test.each([2 ** -140, 2 ** -100, 1, 2 ** 60, 2 ** 100])('filters and inputs may be scaled by %d', scale => {
    const y = run(x);
    const most = bound(x);
    const byFilter = run(
      x,
      filter.map(value => value * scale),
    );
    const byInput = run(x.map(value => value * scale));
    // What is below the normal range has fewer digits.
    const least = terms * 2 ** -149 * 4;
    const largest = (scaled: Float32Array) =>
      y.reduce((error, value, i) => Math.max(error, Math.abs(scaled[i] - value * scale)), 0);
    expect(largest(byFilter)).toBeLessThanOrEqual(2 * most * scale + least);
    expect(largest(byInput)).toBeLessThanOrEqual(2 * most * scale + least);
  });

  test('a filter that is not finite makes what direct sums make', () => {
    const weights = filter.slice();
    weights[weights.length >> 1] = Infinity;
    const [y, expected] = [run(x, weights), direct(x, weights)];
    const most = bound(x);
    const isRight = (value: number, i: number) =>
      Number.isFinite(expected[i]) ? Math.abs(value - expected[i]) <= most : Object.is(value, expected[i]);
    expect(y.filter((value, i) => !isRight(value, i))).toHaveLength(0);
    expect(y.some(value => !Number.isFinite(value))).toBe(true);
  });
});
