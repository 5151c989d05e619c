import type {Case} from './case.js';

/** Padding, strides, dilations and groups, so that receptive fields have gaps and ends. */
export const FIELDS: readonly Case[] = [
  {name: 'fields', op: 'conv1d', x: [2, 9, 2], filters: [[3, 2, 5]], options: {pad: 'causal', dilations: 2}},
  {name: 'fields, a long kernel', op: 'conv1d', x: [2, 23, 2], filters: [[25, 2, 3]], options: {pad: 'same'}},
  {name: 'fields, more weights than positions', op: 'conv1d', x: [1, 2, 23], filters: [[1, 23, 37]]},
  {name: 'fields', op: 'conv2d', x: [2, 5, 7, 2], filters: [[3, 2, 2, 3]], options: {pad: 'same'}},
  {
    name: 'fields, strided',
    op: 'conv2d',
    x: [1, 7, 9, 3],
    filters: [[2, 1, 3, 5]],
    options: {
      strides: [3, 2],
      pad: [
        [1, 0],
        [2, 1],
      ],
    },
  },
  {
    name: 'fields, grouped, NCHW',
    op: 'conv2d',
    x: [2, 4, 6, 5],
    filters: [[2, 3, 2, 6]],
    options: {groups: 2, dilations: [2, 1], dataFormat: 'NCHW', pad: 1},
  },
  {
    name: 'fields',
    op: 'conv3d',
    x: [1, 3, 4, 5, 2],
    filters: [[2, 1, 3, 2, 3]],
    options: {strides: [1, 2, 1], pad: 'same'},
  },
  {
    name: 'fields',
    op: 'depthwiseConv2d',
    x: [2, 6, 5, 5],
    filters: [[3, 2, 5, 1]],
    options: {pad: 'same', strides: [1, 2]},
  },
  {
    name: 'fields, dilated',
    op: 'depthwiseConv2d',
    x: [2, 7, 6, 3],
    filters: [[3, 2, 3, 1]],
    options: {pad: 'same', dilations: [2, 3]},
  },
  {
    name: 'fields, NCHW',
    op: 'depthwiseConv2d',
    x: [2, 3, 6, 5],
    filters: [[3, 2, 3, 2]],
    options: {dataFormat: 'NCHW', pad: 1},
  },
  {name: 'fields', op: 'conv1dTranspose', x: [2, 5, 3], filters: [[2, 4, 3]], options: {strides: 3}},
  {
    name: 'fields',
    op: 'conv2dTranspose',
    x: [2, 4, 3, 2],
    filters: [[3, 2, 3, 2]],
    options: {strides: [2, 1], dilations: [1, 2], pad: 1},
  },
  {
    name: 'fields, grouped, NCHW',
    op: 'conv2dTranspose',
    x: [1, 4, 3, 4],
    filters: [[3, 4, 2, 4]],
    options: {strides: [1, 3], groups: 2, dataFormat: 'NCHW', outputPadding: [0, 2]},
  },
  {
    name: 'fields',
    op: 'conv3dTranspose',
    x: [1, 2, 3, 2, 2],
    filters: [[2, 1, 2, 2, 2]],
    options: {strides: [1, 2, 3]},
  },
  {
    name: 'fields',
    op: 'spatiallySeparableConv2d',
    x: [2, 6, 7, 2],
    filters: [
      [3, 1, 2, 3],
      [1, 2, 3, 4],
    ],
    options: {pad: 'same'},
  },
  {
    name: 'fields',
    op: 'depthwiseSeparableConv2d',
    x: [2, 6, 7, 3],
    filters: [
      [3, 2, 3, 1],
      [1, 1, 3, 4],
    ],
    options: {strides: 2, pad: 1},
  },
];
