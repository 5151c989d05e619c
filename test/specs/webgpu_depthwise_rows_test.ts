import * as tf from '@tensorflow/tfjs';
import {depthwiseConv2d} from 'tfjs-conv';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {BACKENDS, recordRuns} from '../support/backends.js';
import type {Run} from '../support/backends.js';
import {comparison} from '../support/conformance.js';
import {numbers} from '../support/data.js';
import {withFlags} from '../support/flags.js';
import {product} from '../support/sums.js';

/* Depthwise rows on webgpu, which take no cases as small as those of conformance, and images of more than a row of a texture. */

const depthwise = (
  name: string,
  x: readonly number[],
  filter: readonly number[],
  options: Case['options'] = {},
): Case => ({name, op: 'depthwiseConv2d', x, filters: [filter], options: {pad: 'same', ...options}});

const ROWS: readonly Case[] = [
  depthwise('two lines of tiles, odd sizes', [1, 23, 19, 24], [3, 3, 24, 1]),
  depthwise('many products, longer tiles', [1, 67, 71, 30], [3, 3, 30, 1]),
  depthwise('one line at a time, by the stride', [2, 31, 33, 12], [3, 5, 12, 1], {strides: [2, 2]}),
  depthwise('one line at a time, by the dilation', [1, 25, 21, 20], [3, 3, 20, 1], {dilations: [2, 1]}),
  depthwise('two results a channel', [1, 21, 22, 6], [5, 4, 6, 2]),
  depthwise('channels that are no whole blocks', [1, 22, 27, 11], [2, 7, 11, 1], {pad: 'valid'}),
  depthwise('channels first', [1, 8, 24, 29], [3, 3, 8, 1], {dataFormat: 'NCHW'}),
  depthwise('an epilogue', [1, 20, 25, 16], [3, 2, 16, 1], {activation: 'relu6'}),
];

/** 35 * 39 * 3 texels are one less than a row has, so that the zeros after them are in two; the second image has two rows. */
const COPIED: readonly Case[] = [
  {name: 'zeros in two rows', op: 'conv2d', x: [1, 35, 39, 12], filters: [[2, 3, 12, 5]], options: {pad: 'same'}},
  {name: 'two rows and a part', op: 'conv2d', x: [1, 53, 53, 12], filters: [[3, 2, 12, 4]], options: {pad: 'same'}},
];

const tested = BACKENDS.filter(({table}) => table.ConvND.some(({name}) => name === 'depthwise_rows'));

(tested.length === 0 ? describe.skip : describe)('depthwise rows on webgpu', () => {
  const recorded: Run[][] = tested.map(({table}) => recordRuns(table));
  const variants = () => recorded.flatMap(runs => runs.splice(0).map(({variant}) => variant));
  beforeAll(() => tf.setBackend('webgpu'));
  beforeEach(() => variants());

  test.each(ROWS.map(one => [titleOf(one), one] as const))('%s', (_, one) => {
    const compare = comparison(one);
    for (const variant of ['depthwise_rows_textures', 'depthwise_rows']) {
      withFlags({[VARIANT_FLAG]: variant}, () => compare(variant));
      expect(variants()).toContain(variant);
    }
  });

  test.each(COPIED.map(one => [titleOf(one), one] as const))('copies to textures: %s', (_, one) => {
    withFlags({[VARIANT_FLAG]: 'tiles_textures'}, () => comparison(one)('tiles_textures'));
    expect(variants()).toContain('tiles_textures');
  });

  test.each([NaN, Infinity])('%p reaches no further than its receptive field', special => {
    const [height, width, channels] = [22, 23, 16];
    const [shape, taps]: [[number, number, number, number], [number, number, number, number]] = [
      [1, height, width, channels],
      [3, 3, channels, 1],
    ];
    const [x, filter] = [shape, taps].map((of, i) => Float32Array.from(numbers(`rows ${i}`, product(of))));
    const run = (image: Float32Array, weights = filter) =>
      tf.tidy(() =>
        depthwiseConv2d(tf.tensor4d(image, shape), tf.tensor4d(weights, taps), {pad: 'same'})
          .dataSync<'float32'>()
          .slice(),
      );
    const before = run(x);
    for (const [row, column] of [
      [0, 0],
      [7, 6],
      [8, 7],
      [height - 1, width - 1],
    ]) {
      const changed = x.slice();
      changed[(row * width + column) * channels + 5] = special;
      const wrong = run(changed).findIndex((value, i) => {
        const [h, w] = [Math.floor(i / (width * channels)), Math.floor(i / channels) % width];
        const reached = Math.abs(h - row) <= 1 && Math.abs(w - column) <= 1 && i % channels === 5;
        return reached ? Number.isFinite(value) : value !== before[i];
      });
      expect({row, column, wrong}).toEqual({row, column, wrong: -1});
    }
    const weights = filter.slice();
    weights[5] = special;
    const wrong = run(x, weights).findIndex((value, i) => i % channels !== 5 && value !== before[i]);
    expect(wrong).toBe(-1);
    expect(new Set(variants())).toEqual(new Set(['depthwise_rows_textures']));
  });
});
