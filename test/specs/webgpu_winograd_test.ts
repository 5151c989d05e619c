import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {DIRECT_SUMS_FLAG, VARIANT_FLAG, WINOGRAD_FLAG} from '../../src/registry/flags.js';
import {BACKENDS, recordRuns} from '../support/backends.js';
import type {Run} from '../support/backends.js';
import {numbers} from '../support/data.js';
import {withFlags} from '../support/flags.js';
import {product} from '../support/sums.js';
import {winogradError} from '../support/tolerance.js';

/* Winograd's tiles on webgpu: when they run, their error, what is not finite, and tiles that have no room at once. */

type Shape = [number, number, number, number];

const WINOGRAD = 'winograd_textures';
const [HEIGHT, WIDTH, CHANNELS] = [22, 25, 64];
const SHAPE: Shape = [1, HEIGHT, WIDTH, CHANNELS];
const FILTER: Shape = [3, 3, CHANNELS, CHANNELS];
const x = Float32Array.from(numbers('winograd x', product(SHAPE)));
const filter = Float32Array.from(numbers('winograd filter', product(FILTER)));

type Values = (image: Float32Array, weights?: Float32Array) => Float32Array;

const read = (run: () => tf.Tensor): Float32Array => tf.tidy(() => run().dataSync<'float32'>().slice());
const forward: Values = (image, weights = filter) =>
  read(() => conv2d(tf.tensor4d(image, SHAPE), tf.tensor4d(weights, FILTER), {pad: 1}));
const inputGradient: Values = (dy, weights = filter) =>
  read(() => {
    const y = (image: tf.Tensor) => conv2d(image as tf.Tensor4D, tf.tensor4d(weights, FILTER), {pad: 1});
    return tf.grad(y)(tf.zeros(SHAPE), tf.tensor4d(dy, SHAPE));
  });

const DIRECTIONS = [
  ['ConvND', forward],
  ['ConvNDBackpropInput', inputGradient],
] as const;

/** The largest sum of |filter| over the taps and channels that make a result of either direction. */
const filterSum = (weights: Float32Array): number => {
  const sums = new Float64Array(2 * CHANNELS);
  weights.forEach((value, i) => {
    sums[i % CHANNELS] += Math.abs(value);
    sums[CHANNELS + (Math.floor(i / CHANNELS) % CHANNELS)] += Math.abs(value);
  });
  return Math.max(...sums);
};

const direct = (run: Values, image: Float32Array, weights?: Float32Array): Float32Array =>
  withFlags({[WINOGRAD_FLAG]: false}, () => run(image, weights));

const tested = BACKENDS.filter(({table}) => table.ConvND.some(({name}) => name === WINOGRAD));

(tested.length === 0 ? describe.skip : describe).each(DIRECTIONS)('Winograd on webgpu, %s', (kernel, run) => {
  const recorded: Run[][] = tested.map(({table}) => recordRuns(table));
  const variants = (): string[] =>
    recorded.flatMap(runs => runs.filter(one => one.kernel === kernel).map(({variant}) => variant));
  beforeAll(() => tf.setBackend('webgpu'));
  beforeEach(() => recorded.forEach(runs => runs.splice(0)));

  test('it is chosen, and each flag forbids it, though it is asked for by name', () => {
    run(x);
    for (const flag of [WINOGRAD_FLAG, DIRECT_SUMS_FLAG]) {
      withFlags({[VARIANT_FLAG]: WINOGRAD, [flag]: flag === DIRECT_SUMS_FLAG}, () => run(x));
    }
    expect(variants()).toEqual([WINOGRAD, 'tiles_textures', 'tiles_textures']);
  });

  test('it stays within the written bound', () => {
    const [got, expected] = [run(x), direct(run, x)];
    const bound = 2 * winogradError(CHANNELS, Math.max(...x.map(Math.abs)), filterSum(filter));
    expect(got.findIndex((value, i) => !(Math.abs(value - expected[i]) <= bound))).toBe(-1);
    expect(got).not.toEqual(expected);
  });

  test.each([NaN, Infinity, -Infinity, 3e38, 1e-42])('%p reaches no further than its receptive field', special => {
    const before = direct(run, x);
    for (const [row, column] of [
      [0, 0],
      [9, 12],
      [HEIGHT - 1, WIDTH - 1],
      [4, 3],
    ]) {
      const changed = x.slice();
      changed[(row * WIDTH + column) * CHANNELS + 5] = special;
      const [got, expected] = [run(changed), direct(run, changed)];
      const wrong = got.findIndex((value, i) => {
        const [h, w] = [Math.floor(i / (WIDTH * CHANNELS)), Math.floor(i / CHANNELS) % WIDTH];
        const reached = Math.abs(h - row) <= 1 && Math.abs(w - column) <= 1;
        if (!reached) return !(Math.abs(value - before[i]) <= 1e-3);
        return Number.isFinite(expected[i])
          ? !(Math.abs(value - expected[i]) <= 1e-3 + 1e-5 * Math.abs(expected[i]))
          : !Object.is(value, expected[i]);
      });
      expect({row, column, wrong}).toEqual({row, column, wrong: -1});
    }
    expect(variants()).toContain(WINOGRAD);
  });

  test.each([NaN, Infinity, 1e25])('%p in the filter is computed by the definition', special => {
    const weights = filter.slice();
    weights[(4 * CHANNELS + 3) * CHANNELS + 7] = special;
    const [got, expected] = [run(x, weights), direct(run, x, weights)];
    const wrong = got.findIndex((value, i) =>
      Number.isFinite(expected[i])
        ? !(Math.abs(value - expected[i]) <= 1e-3 + 1e-5 * Math.abs(expected[i]))
        : Number.isFinite(value),
    );
    expect(wrong).toBe(-1);
    expect(variants()).toContain(WINOGRAD);
  });
});

(tested.length === 0 ? describe.skip : describe)('tiles of Winograd on webgpu that have no room at once', () => {
  beforeAll(() => tf.setBackend('webgpu'));

  test.each([1, 2])('are computed in slices, at dilation %i', dilations => {
    // Of so many planes, 14 tiles each have room.
    const [image, weights]: [Shape, Shape] = [
      [2048, 17, 17, 3],
      [3, 3, 3, 2],
    ];
    const compute = () =>
      read(() =>
        conv2d(
          tf.tensor4d(Float32Array.from(numbers('many', product(image))), image),
          tf.tensor4d(Float32Array.from(numbers('few', product(weights))), weights),
          {pad: 'same', dilations},
        ),
      );
    const [got, expected] = [compute, compute].map((run, i) =>
      withFlags({[VARIANT_FLAG]: i === 0 ? WINOGRAD : '', [WINOGRAD_FLAG]: i === 0}, run),
    );
    const bound = 2 * winogradError(3, 2, 54);
    expect(got.findIndex((value, i) => !(Math.abs(value - expected[i]) <= bound))).toBe(-1);
    expect(got).not.toEqual(expected);
  });
});
