import type {Case} from './case.js';

/*
 * Convolutions that are large enough for Winograd's tiles along one axis, of 2 to 5 taps: sizes at and beside multiples of
 * the tiles, with tails of channels and every option that they take.
 */
export const lineCases: readonly Case[] = [
  {name: 'line of 3 taps', op: 'conv1d', x: [1, 160, 32], filters: [[3, 32, 32]], options: {pad: 'same'}},
  {
    name: 'line of 5 taps, bias and relu',
    op: 'conv1d',
    x: [2, 67, 27],
    filters: [[5, 27, 34]],
    options: {pad: 'same', bias: true, activation: 'relu'},
  },
  {
    name: 'line of 4 taps, dilated, bias and prelu',
    op: 'conv1d',
    x: [1, 131, 28],
    filters: [[4, 28, 29]],
    options: {dilations: 3, bias: true, activation: 'prelu', slopes: [29]},
  },
  {name: 'line of 2 taps', op: 'conv1d', x: [1, 121, 36], filters: [[2, 36, 50]]},
  {name: 'lines along the width', op: 'conv2d', x: [1, 7, 23, 33], filters: [[1, 3, 33, 32]], options: {pad: 'same'}},
  {
    name: 'lines along the height, NCHW, one more',
    op: 'conv2d',
    x: [1, 32, 25, 6],
    filters: [[5, 1, 32, 30]],
    options: {dataFormat: 'NCHW', pad: 'same', bias: true, activation: 'elu'},
  },
  {
    name: 'lines of strided rows',
    op: 'conv2d',
    x: [1, 13, 22, 32],
    filters: [[1, 4, 32, 31]],
    options: {strides: [2, 1], pad: 'same'},
  },
  {
    name: 'lines in groups',
    op: 'groupedConv2d',
    x: [1, 5, 41, 64],
    filters: [[1, 3, 32, 66]],
    options: {groups: 2, pad: 'same'},
  },
  {
    name: 'lines of phases, transposed',
    op: 'conv2dTranspose',
    x: [1, 9, 10, 32],
    filters: [[4, 4, 24, 32]],
    options: {strides: 2, pad: 'same', bias: true},
  },
  {
    name: 'lines along the depth',
    op: 'conv3d',
    x: [1, 11, 3, 5, 32],
    filters: [[3, 1, 1, 32, 32]],
    options: {pad: 'same'},
  },
];
