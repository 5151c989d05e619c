import type {Case} from './case.js';

/*
 * 3x3 convolutions that are large enough for Winograd's algorithm, whose tiles have 4 x 4 or 2 x 2 results: sizes at and
 * beside multiples of them, with tails of channels and every option that it takes.
 */
export const winogradCases: readonly Case[] = [
  {name: 'tiles of 4', op: 'conv2d', x: [1, 24, 20, 16], filters: [[3, 3, 16, 16]], options: {pad: 'same'}},
  {name: 'tiles of 4, one more', op: 'conv2d', x: [1, 25, 21, 13], filters: [[3, 3, 13, 18]], options: {pad: 'same'}},
  {name: 'tiles of 2', op: 'conv2d', x: [1, 6, 5, 64], filters: [[3, 3, 64, 66]], options: {pad: 'same'}},
  {
    name: 'tiles, bias and prelu',
    op: 'conv2d',
    x: [1, 22, 23, 14],
    filters: [[3, 3, 14, 15]],
    options: {bias: true, activation: 'prelu', slopes: [15]},
  },
  {
    name: 'tiles, NCHW, bias and relu',
    op: 'conv2d',
    x: [1, 12, 26, 21],
    filters: [[3, 3, 12, 20]],
    options: {dataFormat: 'NCHW', pad: 'same', bias: true, activation: 'relu'},
  },
  {
    name: 'tiles by phases, dilated',
    op: 'conv2d',
    x: [1, 27, 30, 12],
    filters: [[3, 3, 12, 16]],
    options: {dilations: [2, 3], pad: 'same'},
  },
  {
    name: 'tiles in groups',
    op: 'groupedConv2d',
    x: [1, 23, 26, 24],
    filters: [[3, 3, 12, 22]],
    options: {groups: 2, pad: 1},
  },
  {
    name: 'tiles, transposed',
    op: 'conv2dTranspose',
    x: [1, 21, 23, 17],
    filters: [[3, 3, 14, 17]],
    options: {pad: 1, bias: true},
  },
  {name: 'tiles of planes', op: 'conv3d', x: [1, 4, 13, 14, 10], filters: [[2, 3, 3, 10, 12]], options: {pad: 'same'}},
];
