import type {Case} from './case.js';

/** Ops of two stages, and those that go through the explicit matrix. */
export const composedCases: readonly Case[] = [
  {
    name: 'valid',
    op: 'spatiallySeparableConv2d',
    x: [2, 7, 9, 3],
    filters: [
      [3, 1, 3, 4],
      [1, 2, 4, 5],
    ],
  },
  {
    name: 'unbatched, rank 1',
    op: 'spatiallySeparableConv2d',
    x: [7, 9, 1],
    filters: [
      [3, 1, 1, 1],
      [1, 3, 1, 1],
    ],
  },
  {
    name: 'all unequal',
    op: 'spatiallySeparableConv2d',
    x: [2, 13, 11, 3],
    filters: [
      [3, 1, 3, 2],
      [1, 4, 2, 5],
    ],
    options: {
      strides: [2, 3],
      dilations: [3, 2],
      pad: [
        [1, 2],
        [4, 0],
      ],
    },
  },
  {
    name: 'grouped, NCHW',
    op: 'spatiallySeparableConv2d',
    x: [2, 4, 9, 8],
    filters: [
      [2, 1, 2, 6],
      [1, 3, 3, 4],
    ],
    options: {groups: 2, strides: [1, 2], pad: 'same', dataFormat: 'NCHW', bias: true, activation: 'relu'},
  },
  {
    name: 'as many groups as channels',
    op: 'spatiallySeparableConv2d',
    x: [2, 7, 6, 3],
    filters: [
      [2, 1, 1, 3],
      [1, 3, 1, 6],
    ],
    options: {groups: 3, pad: 1},
  },
  {
    name: 'flipped, prelu per element',
    op: 'spatiallySeparableConv2d',
    x: [2, 7, 6, 3],
    filters: [
      [3, 1, 3, 2],
      [1, 2, 2, 4],
    ],
    options: {flipFilter: true, bias: true, activation: 'prelu', slopes: [5, 5, 4]},
  },
  {
    name: 'windows of padding only',
    op: 'spatiallySeparableConv2d',
    x: [1, 2, 3, 2],
    filters: [
      [2, 1, 2, 3],
      [1, 2, 3, 2],
    ],
    options: {pad: 4},
  },
  {
    name: 'empty batch',
    op: 'spatiallySeparableConv2d',
    x: [0, 7, 6, 3],
    filters: [
      [3, 1, 3, 2],
      [1, 2, 2, 4],
    ],
  },
  {
    name: 'valid',
    op: 'depthwiseSeparableConv2d',
    x: [2, 7, 9, 3],
    filters: [
      [3, 2, 3, 1],
      [1, 1, 3, 8],
    ],
  },
  {
    name: 'unbatched, multiplier 2',
    op: 'depthwiseSeparableConv2d',
    x: [7, 9, 3],
    filters: [
      [3, 2, 3, 2],
      [1, 1, 6, 5],
    ],
  },
  {
    name: 'all unequal, NCHW',
    op: 'depthwiseSeparableConv2d',
    x: [2, 4, 11, 13],
    filters: [
      [3, 2, 4, 1],
      [1, 1, 4, 5],
    ],
    options: {
      strides: [2, 3],
      dilations: [3, 2],
      pad: [
        [1, 2],
        [3, 0],
      ],
      dataFormat: 'NCHW',
    },
  },
  {
    name: 'flipped, bias, relu6',
    op: 'depthwiseSeparableConv2d',
    x: [2, 7, 9, 5],
    filters: [
      [2, 3, 5, 2],
      [1, 1, 10, 4],
    ],
    options: {flipFilter: true, pad: 'same', strides: [1, 2], bias: true, activation: 'relu6'},
  },
  {
    name: 'empty batch',
    op: 'depthwiseSeparableConv2d',
    x: [0, 7, 9, 3],
    filters: [
      [3, 2, 3, 1],
      [1, 1, 3, 8],
    ],
    options: {bias: true},
  },
  {name: 'one channel', op: 'convMatrix', x: [4, 4], filters: [[3, 3]]},
  {
    name: 'one channel, padded',
    op: 'convMatrix',
    x: [3, 5],
    filters: [[2, 3]],
    options: {
      pad: [
        [1, 0],
        [2, 1],
      ],
      strides: [1, 2],
    },
  },
  {
    name: 'channels',
    op: 'convMatrix',
    x: [4, 5],
    filters: [[3, 2, 2, 3]],
    options: {strides: [1, 2], dilations: [1, 3], pad: 'same'},
  },
  {
    name: 'groups, flipped',
    op: 'convMatrix',
    x: [4, 3],
    filters: [[2, 3, 2, 4]],
    options: {groups: 2, pad: 1, flipFilter: true},
  },
  {name: 'kernel larger than the input', op: 'convMatrix', x: [2, 1], filters: [[4, 3, 1, 2]], options: {pad: 2}},
  {name: 'valid', op: 'conv2dTransposeMatrix', x: [2, 2, 2, 1], filters: [[3, 3, 1, 1]]},
  {
    name: 'unbatched',
    op: 'conv2dTransposeMatrix',
    x: [2, 3, 2],
    filters: [[3, 2, 3, 2]],
    options: {strides: [2, 1], outputPadding: [1, 0]},
  },
  {
    name: 'all unequal, grouped, NCHW',
    op: 'conv2dTransposeMatrix',
    x: [3, 4, 4, 3],
    filters: [[3, 2, 2, 4]],
    options: {
      strides: [1, 2],
      dilations: [2, 1],
      pad: [
        [1, 0],
        [0, 1],
      ],
      groups: 2,
      dataFormat: 'NCHW',
      bias: true,
      activation: 'elu',
    },
  },
  {
    name: 'same, flipped, prelu',
    op: 'conv2dTransposeMatrix',
    x: [2, 3, 4, 2],
    filters: [[3, 4, 3, 2]],
    options: {pad: 'same', strides: [2, 1], flipFilter: true, activation: 'prelu', slopes: []},
  },
  {name: 'empty batch', op: 'conv2dTransposeMatrix', x: [0, 2, 2, 1], filters: [[3, 3, 1, 1]]},
];
