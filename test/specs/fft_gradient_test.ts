import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {DIRECT_SUMS_FLAG, VARIANT_FLAG} from '../../src/registry/flags.js';
import {FFT_LAYERS} from '../cases/fft_layers.js';
import type {FftLayer} from '../cases/fft_layers.js';
import {BACKENDS, recordRuns} from '../support/backends.js';
import type {TestBackend} from '../support/backends.js';
import {numbers} from '../support/data.js';
import {heapBalance} from '../support/wasm_heap.js';
import {fftGradientError, given} from '../support/tolerance.js';

/** A layer with values. */
function operandsOf({name, size: [height, width], kernel, channels, groups}: FftLayer) {
  const elements = height * width * channels;
  const x = Float32Array.from(numbers(`${name} gradient x`, elements));
  const dy = Float32Array.from(numbers(`${name} gradient dy`, elements));
  const inGroup = channels / groups;

  /** The filter's gradient. */
  const gradient = (image: Float32Array, weights: Float32Array): Float32Array =>
    tf.tidy(() => {
      const shape: [number, number, number, number] = [...kernel, inGroup, channels];
      const y = (filter: tf.Tensor) =>
        conv2d(tf.tensor4d(image, [1, height, width, channels]), tf.reshape(filter, shape), {pad: 'same', groups});
      return tf
        .grad(y)(tf.zeros(shape), tf.tensor4d(weights, [1, height, width, channels]))
        .dataSync<'float32'>()
        .slice();
    });

  /** An image with another value in the last channel of one pixel. */
  function withValue(image: Float32Array, value: number, h: number, w: number): Float32Array {
    const values = image.slice();
    values[(h * width + w + 1) * channels - 1] = value;
    return values;
  }

  /** Twice what values may be off by. */
  const bound = (image: Float32Array, weights: Float32Array): number => {
    const axes = [height, width].map((length, a) => ({
      input: length,
      output: length,
      kernel: kernel[a],
      stride: 1,
      dilation: 1,
      padBefore: kernel[a] >> 1,
    }));
    const c = {
      batch: 1,
      axes,
      groups,
      inChannels: channels,
      outChannels: channels,
      channelsLast: true,
      flipFilter: false,
    };
    return 2 * fftGradientError(c, given(Float64Array.from(image)), given(Float64Array.from(weights)));
  };

  return {x, dy, gradient, withValue, bound, height, width};
}

const TESTED = BACKENDS.filter(({table}: TestBackend) =>
  table.ConvNDBackpropFilter.some(({name}) => name === 'fft'),
).flatMap(backend => FFT_LAYERS.map(layer => ({...backend, layer, title: layer.name})));

describe.each(TESTED)("the filter's gradient by FFT on $name: $title", ({name, table, layer}) => {
  const {x, dy, gradient, withValue, bound, height, width} = operandsOf(layer);
  const runs = recordRuns(table);
  beforeAll(() => tf.setBackend(name));
  beforeEach(() => runs.splice(0));
  afterEach(() => {
    tf.env().set(DIRECT_SUMS_FLAG, false);
    tf.env().set(VARIANT_FLAG, '');
  });

  const variants = () => runs.filter(({kernel}) => kernel === 'ConvNDBackpropFilter').map(({variant}) => variant);

  /** The gradient by direct sums. */
  function direct(image: Float32Array, weights: Float32Array): Float32Array {
    tf.env().set(DIRECT_SUMS_FLAG, true);
    try {
      return gradient(image, weights);
    } finally {
      tf.env().set(DIRECT_SUMS_FLAG, false);
    }
  }

  test('runs where it pays, unless the flag forbids it', () => {
    gradient(x, dy);
    direct(x, dy);
    tf.env().set(VARIANT_FLAG, 'fft');
    direct(x, dy);
    const [first, ...others] = variants();
    expect(first).toBe('fft');
    expect(others).toHaveLength(2);
    expect(others).not.toContain('fft');
  });

  test('is what direct sums are', () => {
    const [got, expected] = [gradient(x, dy), direct(x, dy)];
    const most = bound(x, dy);
    expect(got.filter((value, i) => !(Math.abs(value - expected[i]) <= most))).toHaveLength(0);
  });

  const SPECIALS = (['x', 'dy'] as const).flatMap(where =>
    [NaN, Infinity, -Infinity, 3e38].map(value => [value, where] as const),
  );

  test.each(SPECIALS)('%d in %s reaches the weights whose windows meet it, and no others', (value, where) => {
    // In a corner, which few taps meet.
    const [image, weights] = [
      where === 'x' ? withValue(x, value, 0, width - 1) : x,
      where === 'dy' ? withValue(dy, value, height - 1, 0) : dy,
    ];
    const [got, expected, without] = [gradient(image, weights), direct(image, weights), gradient(x, dy)];
    expect(variants()[0]).toBe('fft');
    // Beside a finite value, the bound is that of the largest.
    const most = value === 3e38 ? bound(image, weights) : bound(x, dy);
    const isRight = (g: number, e: number) => (Number.isFinite(e) ? Math.abs(g - e) <= most : Object.is(g, e));
    expect(got.filter((g, i) => !isRight(g, expected[i]))).toHaveLength(0);
    const changed = got.filter((g, i) => !(Math.abs(g - without[i]) <= most));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(got.length);
  });

  test.each([2 ** -130, 2 ** -100, 2 ** -60, 2 ** 60, 2 ** 100])('x and dy may be scaled by %d', scale => {
    const expected = gradient(x, dy);
    const most = bound(x, dy);
    // What is below the normal range has fewer digits.
    const least = height * width * 2 ** -149 * 4;
    const scaled = (values: Float32Array) => values.map(value => value * scale);
    for (const got of [gradient(scaled(x), dy), gradient(x, scaled(dy))]) {
      const off = expected.reduce((error, value, i) => Math.max(error, Math.abs(got[i] - value * scale)), 0);
      expect(off).toBeLessThanOrEqual(2 * most * scale + least);
    }
  });

  test('nothing makes nothing', () => {
    expect(
      gradient(
        x,
        dy.map(() => 0),
      ).every(value => value === 0),
    ).toBe(true);
    expect(
      gradient(
        x.map(() => 0),
        dy,
      ).every(value => value === 0),
    ).toBe(true);
  });

  test('leaves no memory behind, computed or refused', () => {
    const poisoned = withValue(x, NaN, 0, 0);
    gradient(x, dy);
    gradient(poisoned, dy);
    const before = [heapBalance(), tf.memory().numTensors];
    for (let i = 0; i < 3; i++) {
      gradient(x, dy);
      gradient(poisoned, dy);
    }
    expect([heapBalance(), tf.memory().numTensors]).toEqual(before);
  });
});
