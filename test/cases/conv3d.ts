import type {Case} from './case.js';

/** 3-D convolutions, depth, height and width different in every respect. */
export const conv3dCases: readonly Case[] = [
  {name: 'valid', op: 'conv3d', x: [2, 4, 5, 6, 2], filters: [[3, 2, 4, 2, 3]]},
  {name: 'unbatched', op: 'conv3d', x: [4, 5, 6, 2], filters: [[2, 3, 1, 2, 3]]},
  {name: 'NCDHW', op: 'conv3d', x: [2, 2, 4, 6, 5], filters: [[2, 4, 3, 2, 3]], options: {dataFormat: 'NCDHW'}},
  {
    name: 'all unequal',
    op: 'conv3d',
    x: [2, 6, 5, 7, 2],
    filters: [[2, 3, 2, 2, 5]],
    options: {
      strides: [2, 1, 3],
      dilations: [3, 2, 1],
      pad: [
        [1, 0],
        [2, 1],
        [0, 3],
      ],
    },
  },
  {
    name: 'all unequal, grouped, NCDHW',
    op: 'conv3d',
    x: [2, 4, 5, 7, 6],
    filters: [[3, 2, 2, 2, 6]],
    options: {
      strides: [1, 3, 2],
      dilations: [1, 2, 3],
      pad: [
        [0, 2],
        [1, 3],
        [2, 0],
      ],
      groups: 2,
      dataFormat: 'NCDHW',
    },
  },
  {
    name: 'same, strided',
    op: 'conv3d',
    x: [1, 5, 4, 7, 2],
    filters: [[2, 3, 4, 2, 3]],
    options: {pad: 'same', strides: [1, 2, 3]},
  },
  {name: 'depthwise', op: 'conv3d', x: [2, 3, 4, 6, 4], filters: [[2, 3, 3, 1, 4]], options: {groups: 4, pad: 'same'}},
  {
    name: 'depthwise, lines as long as rows of a texture',
    op: 'conv3d',
    x: [1, 6, 12, 20, 20],
    filters: [[3, 2, 3, 1, 20]],
    options: {groups: 20, pad: 'same'},
  },
  {
    name: 'as many groups as channels',
    op: 'conv3d',
    x: [1, 3, 4, 5, 3],
    filters: [[2, 2, 3, 1, 6]],
    options: {groups: 3, pad: 1},
  },
  {
    name: 'explicit pad',
    op: 'conv3d',
    x: [1, 3, 4, 5, 2],
    filters: [[2, 2, 3, 2, 2]],
    options: {
      pad: [
        [0, 0],
        [1, 0],
        [0, 2],
        [3, 1],
        [0, 0],
      ],
    },
  },
  {
    name: 'kernel larger than the input',
    op: 'conv3d',
    x: [1, 2, 1, 3, 2],
    filters: [[4, 3, 5, 2, 2]],
    options: {
      pad: [
        [1, 2],
        [1, 1],
        [2, 1],
      ],
    },
  },
  {
    name: 'windows of padding only',
    op: 'conv3d',
    x: [1, 1, 2, 2, 1],
    filters: [[2, 1, 2, 1, 3]],
    options: {pad: 3, strides: [2, 3, 1]},
  },
  {
    name: 'flipped, with bias and activation',
    op: 'conv3d',
    x: [2, 3, 4, 5, 2],
    filters: [[3, 2, 2, 2, 3]],
    options: {flipFilter: true, bias: true, activation: 'elu', pad: 'same'},
  },
  {name: 'empty batch', op: 'conv3d', x: [0, 3, 4, 5, 2], filters: [[3, 2, 2, 2, 3]]},
];
