import type {Case} from './case.js';

/** 1-D convolutions: every padding rule, and sizes at which windows hardly fit. */
export const conv1dCases: readonly Case[] = [
  {name: 'valid', op: 'conv1d', x: [2, 11, 3], filters: [[3, 3, 5]]},
  {name: 'unbatched', op: 'conv1d', x: [11, 3], filters: [[4, 3, 5]], options: {pad: 1}},
  {name: 'NCW', op: 'conv1d', x: [3, 2, 13], filters: [[3, 2, 5]], options: {dataFormat: 'NCW', strides: 2}},
  {name: 'NCW unbatched', op: 'conv1d', x: [2, 13], filters: [[3, 2, 5]], options: {dataFormat: 'NCW', pad: 'same'}},
  {name: 'same, even kernel', op: 'conv1d', x: [1, 7, 2], filters: [[4, 2, 3]], options: {pad: 'same'}},
  {name: 'same, strided', op: 'conv1d', x: [2, 11, 2], filters: [[4, 2, 3]], options: {pad: 'same', strides: 3}},
  {
    name: 'same, strided and dilated', op: 'conv1d', x: [1, 17, 2], filters: [[3, 2, 3]],
    options: {pad: 'same', strides: 2, dilations: 3},
  },
  {name: 'same, stride larger than kernel', op: 'conv1d', x: [1, 11, 2], filters: [[2, 2, 3]], options: {pad: 'same', strides: 4}},
  {name: 'causal', op: 'conv1d', x: [2, 11, 2], filters: [[3, 2, 3]], options: {pad: 'causal'}},
  {name: 'causal, dilated', op: 'conv1d', x: [2, 11, 2], filters: [[3, 2, 3]], options: {pad: 'causal', dilations: 2}},
  {
    name: 'causal, strided, dilated and NCW', op: 'conv1d', x: [2, 2, 11], filters: [[3, 2, 3]],
    options: {pad: 'causal', dilations: 2, strides: 3, dataFormat: 'NCW'},
  },
  {name: 'number pad', op: 'conv1d', x: [2, 7, 2], filters: [[3, 2, 3]], options: {pad: 2}},
  {name: 'pair pad', op: 'conv1d', x: [2, 7, 2], filters: [[3, 2, 3]], options: {pad: [[3, 1]], strides: 2}},
  {name: 'explicit pad', op: 'conv1d', x: [2, 7, 2], filters: [[3, 2, 3]], options: {pad: [[0, 0], [2, 1], [0, 0]]}},
  {
    name: 'explicit pad NCW', op: 'conv1d', x: [2, 2, 7], filters: [[3, 2, 3]],
    options: {pad: [[0, 0], [0, 0], [1, 3]], dataFormat: 'NCW'},
  },
  {name: 'strides and dilations as lists', op: 'conv1d', x: [1, 19, 1], filters: [[4, 1, 2]], options: {strides: [2], dilations: [3]}},
  {name: '2 groups', op: 'conv1d', x: [2, 11, 4], filters: [[3, 2, 6]], options: {groups: 2, pad: 1}},
  {name: '3 groups NCW', op: 'conv1d', x: [2, 6, 11], filters: [[3, 2, 9]], options: {groups: 3, dataFormat: 'NCW', strides: 2}},
  {name: 'as many groups as channels', op: 'conv1d', x: [2, 11, 5], filters: [[3, 1, 10]], options: {groups: 5, pad: 'causal'}},
  {name: 'kernel larger than the input', op: 'conv1d', x: [1, 3, 2], filters: [[7, 2, 3]], options: {pad: 3}},
  {name: 'dilated window larger than the input', op: 'conv1d', x: [1, 5, 2], filters: [[3, 2, 3]], options: {pad: 6, dilations: 5}},
  {name: 'stride larger than the kernel', op: 'conv1d', x: [2, 17, 2], filters: [[2, 2, 3]], options: {strides: 5}},
  {name: 'stride larger than the input', op: 'conv1d', x: [2, 5, 2], filters: [[2, 2, 3]], options: {strides: 7}},
  {name: 'stride larger than the padded input', op: 'conv1d', x: [1, 5, 2], filters: [[3, 2, 3]], options: {strides: 19, pad: [[1, 6]]}},
  {name: 'windows of padding only at both ends', op: 'conv1d', x: [1, 2, 2], filters: [[2, 2, 3]], options: {pad: 5}},
  {
    name: 'nothing but windows of padding', op: 'conv1d', x: [1, 2, 2], filters: [[2, 2, 3]],
    options: {pad: [[8, 0]], strides: 9, bias: true},
  },
  {name: 'a dilation that steps over the input', op: 'conv1d', x: [1, 3, 2], filters: [[2, 2, 3]], options: {pad: 4, dilations: 7}},
  {name: 'everything 1', op: 'conv1d', x: [1, 1, 1], filters: [[1, 1, 1]]},
  {name: 'empty batch', op: 'conv1d', x: [0, 7, 2], filters: [[3, 2, 3]], options: {bias: true}},
  {name: 'flipped', op: 'conv1d', x: [2, 11, 3], filters: [[4, 3, 2]], options: {flipFilter: true, pad: [[2, 0]]}},
];
