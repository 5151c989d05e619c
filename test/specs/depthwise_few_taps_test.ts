import * as tf from '@tensorflow/tfjs';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {BACKENDS} from '../support/backends.js';
import {comparison} from '../support/conformance.js';
import {withFlags} from '../support/flags.js';

/*
 * Depthwise layers of lines of two to four taps on the WebAssembly core: neighbouring results that share what they read, and
 * images of more than 2 MiB and 128 channels, which are read in order and are larger than those of conformance.
 */

const depthwise = (
  name: string,
  x: readonly number[],
  filter: readonly [number, number],
  options: Case['options'] = {},
): Case => ({
  name,
  op: 'depthwiseConv2d',
  x,
  filters: [[...filter, x[3], 1]],
  options: {pad: 'same', ...options},
});

const SMALL: readonly Case[] = [
  depthwise('two taps', [2, 3, 11, 8], [1, 2], {bias: true}),
  depthwise('three taps, channels that are no whole blocks', [1, 2, 10, 13], [1, 3], {activation: 'relu6'}),
  depthwise('four taps', [1, 1, 19, 24], [1, 4], {pad: 'valid', bias: true, activation: 'relu'}),
  depthwise('three taps along the height', [1, 9, 12, 16], [3, 1]),
  depthwise('three lines of three taps', [1, 6, 17, 21], [3, 3], {bias: true, activation: 'relu6'}),
  depthwise('three lines, five results inside', [2, 5, 7, 8], [3, 3]),
  depthwise('three lines, six results inside', [1, 3, 8, 11], [3, 3], {activation: 'relu'}),
  depthwise('two lines of two taps', [1, 5, 14, 16], [2, 2], {bias: true}),
  depthwise('four lines of four taps', [1, 9, 16, 12], [4, 4], {bias: true, activation: 'relu'}),
  depthwise('a line of six taps', [1, 2, 30, 9], [1, 6], {pad: 'valid'}),
  depthwise('lines whose taps are dilated', [1, 8, 20, 8], [3, 3], {dilations: [1, 2]}),
  depthwise('lines with strides along the height', [1, 9, 15, 10], [3, 3], {strides: [2, 1]}),
  depthwise('fewer results than share', [2, 4, 5, 17], [1, 3], {pad: 'valid', activation: 'elu'}),
];

const LARGE: readonly Case[] = [
  depthwise('two lines of taps', [1, 62, 64, 133], [2, 2], {bias: true, activation: 'relu6'}),
  depthwise('three taps of a batch of lines', [3, 1, 1350, 136], [1, 3], {activation: 'prelu', slopes: [136]}),
  depthwise('four taps, dilated', [1, 2, 2001, 137], [1, 4], {dilations: [1, 3]}),
  depthwise('strides along the height', [1, 63, 64, 131], [3, 1], {strides: [2, 1], bias: true}),
  depthwise('two taps', [1, 1, 4001, 132], [1, 2]),
];

const tested = BACKENDS.filter(({table}) => table.ConvND.some(({name}) => name === 'direct_depthwise'));

describe.each(tested.map(backend => [backend.name, backend] as const))('depthwise with few taps on %s', name => {
  beforeAll(() => tf.setBackend(name));

  test.each([...SMALL, ...LARGE].map(one => [titleOf(one), one] as const))('%s', (_, one) => {
    const compare = comparison(one);
    withFlags({[VARIANT_FLAG]: 'direct_depthwise'}, () => compare('direct_depthwise'));
  });
});
