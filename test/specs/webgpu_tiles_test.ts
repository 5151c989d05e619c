import * as tf from '@tensorflow/tfjs';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {titleOf} from '../cases/index.js';
import type {Case} from '../cases/index.js';
import {BACKENDS, recordRuns} from '../support/backends.js';
import type {Run} from '../support/backends.js';
import {comparison} from '../support/conformance.js';
import {withFlags} from '../support/flags.js';

/* Tiles on webgpu of calls of more products than the cases of conformance have, which are computed by the smallest tiles. */

/** One to nine blocks of result channels, so that tiles have one to four of them, and channels that are no whole blocks. */
const BLOCKS: readonly Case[] = [1, 2, 3, 4, 5, 7, 9].map(blocks => ({
  op: 'conv2d',
  name: `${blocks} blocks of channels`,
  x: [2, 23, 25, 4 * blocks],
  filters: [[3, 3, 4 * blocks, 4 * blocks - (blocks % 2)]],
  options: {pad: 'same'},
}));

const TILES: readonly Case[] = [
  ...BLOCKS,
  {op: 'conv2d', name: '1x1', x: [1, 27, 29, 36], filters: [[1, 1, 36, 20]], options: {activation: 'relu'}},
  {op: 'conv2d', name: 'strides', x: [1, 33, 35, 20], filters: [[3, 2, 20, 24]], options: {strides: [2, 3]}},
  {op: 'conv2d', name: 'groups', x: [1, 25, 23, 40], filters: [[3, 3, 20, 48]], options: {groups: 2, pad: 'same'}},
  {op: 'conv2d', name: 'channels first', x: [1, 18, 21, 20], filters: [[3, 3, 18, 14]], options: {dataFormat: 'NCHW'}},
  {op: 'conv2d', name: 'dilations', x: [1, 24, 22, 21], filters: [[3, 3, 21, 17]], options: {dilations: 2}},
  {op: 'conv2d', name: 'few results of many channels', x: [1, 2, 2, 129], filters: [[1, 1, 129, 260]]},
  // Runs of 4096 weights, which a row of a texture has, and of more.
  {op: 'conv2d', name: 'long runs', x: [1, 2, 5, 4096], filters: [[1, 1, 4096, 18]]},
  {op: 'conv2d', name: 'longer runs', x: [1, 2, 5, 4100], filters: [[1, 1, 4100, 18]]},
  {op: 'conv2dTranspose', name: 'phases', x: [1, 17, 16, 20], filters: [[4, 3, 24, 20]], options: {strides: [2, 3]}},
  {op: 'conv3d', name: '3-D', x: [1, 6, 9, 10, 12], filters: [[3, 2, 3, 12, 20]], options: {pad: 'same'}},
  {op: 'depthwiseConv2d', name: 'dilated', x: [1, 25, 27, 36], filters: [[3, 3, 36, 1]], options: {dilations: 3}},
];

const tested = BACKENDS.filter(({table}) => table.ConvND.some(({name}) => name === 'tiles_textures'));

(tested.length === 0 ? describe.skip : describe)('tiles on webgpu', () => {
  const recorded: Run[][] = tested.map(({table}) => recordRuns(table));
  const variants = () => recorded.flatMap(runs => runs.splice(0).map(({variant}) => variant));
  beforeAll(() => tf.setBackend('webgpu'));
  beforeEach(() => variants());

  test.each(TILES.map(one => [titleOf(one), one] as const))('%s', (_, one) => {
    const compare = comparison(one);
    for (const variant of ['tiles_textures', 'tiles']) {
      withFlags({[VARIANT_FLAG]: variant}, () => compare(variant));
      expect(variants()).toContain(variant);
    }
  });
});
