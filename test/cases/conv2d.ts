import type {Case} from './case.js';

/** 2-D convolutions, height and width different in every respect. */
export const conv2dCases: readonly Case[] = [
  {name: 'valid', op: 'conv2d', x: [2, 7, 9, 3], filters: [[3, 2, 3, 5]]},
  {name: 'unbatched', op: 'conv2d', x: [7, 9, 3], filters: [[3, 2, 3, 5]]},
  {name: 'NCHW', op: 'conv2d', x: [2, 3, 7, 9], filters: [[3, 2, 3, 5]], options: {dataFormat: 'NCHW'}},
  {name: 'NCHW unbatched', op: 'conv2d', x: [3, 7, 9], filters: [[3, 2, 3, 5]], options: {dataFormat: 'NCHW', pad: 'same'}},
  {
    name: 'all unequal', op: 'conv2d', x: [3, 13, 17, 3], filters: [[3, 2, 3, 5]],
    options: {strides: [2, 3], dilations: [3, 2], pad: [[1, 2], [3, 0]]},
  },
  {
    name: 'all unequal NCHW', op: 'conv2d', x: [2, 3, 17, 13], filters: [[2, 4, 3, 5]],
    options: {strides: [3, 1], dilations: [1, 2], pad: [[0, 3], [2, 1]], dataFormat: 'NCHW'},
  },
  {
    name: 'all unequal, grouped', op: 'conv2d', x: [2, 13, 11, 6], filters: [[2, 3, 3, 10]],
    options: {strides: [1, 2], dilations: [2, 1], pad: [[2, 0], [1, 2]], groups: 2},
  },
  {name: 'same, even kernel', op: 'conv2d', x: [1, 7, 6, 2], filters: [[2, 4, 2, 3]], options: {pad: 'same'}},
  {name: 'same, strided', op: 'conv2d', x: [1, 7, 10, 2], filters: [[2, 5, 2, 3]], options: {pad: 'same', strides: [2, 3]}},
  {
    name: 'same, strided and dilated', op: 'conv2d', x: [1, 11, 8, 2], filters: [[3, 2, 2, 3]],
    options: {pad: 'same', strides: [2, 3], dilations: [2, 5]},
  },
  {name: 'same, stride larger than kernel', op: 'conv2d', x: [1, 11, 8, 2], filters: [[2, 1, 2, 3]], options: {pad: 'same', strides: [3, 5]}},
  {name: 'number pad', op: 'conv2d', x: [1, 4, 6, 2], filters: [[3, 2, 2, 3]], options: {pad: 3}},
  {
    name: 'explicit pad', op: 'conv2d', x: [1, 4, 6, 2], filters: [[3, 2, 2, 3]],
    options: {pad: [[0, 0], [2, 1], [0, 3], [0, 0]]},
  },
  {
    name: 'explicit pad NCHW', op: 'conv2d', x: [1, 2, 4, 6], filters: [[3, 2, 2, 3]],
    options: {pad: [[0, 0], [0, 0], [2, 1], [0, 3]], dataFormat: 'NCHW'},
  },
  {name: 'stride 1, padding 1, rate 2', op: 'conv2d', x: [1, 7, 5, 1], filters: [[3, 3, 1, 1]], options: {pad: 1, dilations: 2, strides: 2}},
  {name: '2 groups NCHW', op: 'conv2d', x: [3, 4, 5, 7], filters: [[3, 2, 2, 6]], options: {groups: 2, dataFormat: 'NCHW', pad: 'same'}},
  {name: '3 groups', op: 'conv2d', x: [2, 5, 7, 6], filters: [[2, 3, 2, 3]], options: {groups: 3}},
  {name: 'as many groups as channels', op: 'conv2d', x: [2, 5, 7, 4], filters: [[2, 3, 1, 8]], options: {groups: 4, strides: [2, 1]}},
  {name: 'one filter per group', op: 'conv2d', x: [2, 5, 7, 6], filters: [[2, 3, 3, 2]], options: {groups: 2}},
  {name: 'kernel larger than the input', op: 'conv2d', x: [1, 3, 2, 2], filters: [[5, 7, 2, 3]], options: {pad: [[2, 3], [4, 3]]}},
  {name: 'stride larger than the input', op: 'conv2d', x: [1, 5, 6, 2], filters: [[2, 3, 2, 3]], options: {strides: [7, 11]}},
  {name: 'windows of padding only', op: 'conv2d', x: [1, 2, 3, 2], filters: [[2, 3, 2, 3]], options: {pad: 6, strides: [1, 4], bias: true}},
  {
    name: 'nothing but windows of padding', op: 'conv2d', x: [1, 2, 3, 2], filters: [[2, 3, 2, 3]],
    options: {pad: [[7, 0], [1, 1]], strides: [9, 1]},
  },
  {name: 'empty batch', op: 'conv2d', x: [0, 5, 4, 2], filters: [[3, 2, 2, 3]]},
  {name: 'empty batch, everything asked for', op: 'conv2d', x: [0, 4, 5, 4], filters: [[3, 2, 2, 6]],
   options: {groups: 2, dataFormat: 'NCHW', bias: true, activation: 'prelu', slopes: [6], flipFilter: true}},
  {name: 'one pixel', op: 'conv2d', x: [1, 1, 1, 5], filters: [[1, 1, 5, 7]]},
  {
    name: 'one pixel, 77 results, relu', op: 'conv2d', x: [1, 1, 1, 37], filters: [[1, 1, 37, 77]],
    options: {bias: true, activation: 'relu'},
  },
  {name: 'one result, 3 groups', op: 'conv2d', x: [1, 3, 2, 21], filters: [[3, 2, 7, 129]], options: {groups: 3}},
  {name: 'flipped', op: 'conv2d', x: [2, 7, 9, 3], filters: [[3, 2, 3, 5]], options: {flipFilter: true, pad: [[1, 0], [0, 2]]}},
  {
    name: 'flipped, grouped, NCHW', op: 'conv2d', x: [2, 4, 7, 9], filters: [[2, 4, 2, 6]],
    options: {flipFilter: true, groups: 2, dataFormat: 'NCHW', strides: [2, 1], dilations: [1, 2]},
  },
  {name: '1x1', op: 'pointwiseConv2d', x: [2, 5, 7, 8], filters: [[1, 1, 8, 3]]},
  {name: '1x1, 9 channels', op: 'pointwiseConv2d', x: [1, 6, 7, 9], filters: [[1, 1, 9, 5]], options: {bias: true, activation: 'relu'}},
  {name: '1x1, 14 channels', op: 'pointwiseConv2d', x: [2, 5, 6, 14], filters: [[1, 1, 14, 7]], options: {bias: true}},
  {name: '1x1, 11 channels', op: 'pointwiseConv2d', x: [1, 4, 9, 11], filters: [[1, 1, 11, 2]], options: {activation: 'prelu', slopes: [2]}},
  {name: '1x1 of a large plane', op: 'pointwiseConv2d', x: [1, 37, 41, 13], filters: [[1, 1, 13, 17]], integers: true},
  {name: '1x1 NCHW, strided', op: 'pointwiseConv2d', x: [2, 5, 7, 9], filters: [[1, 1, 5, 4]], options: {dataFormat: 'NCHW', strides: [2, 3]}},
  {name: '1x1, 2 groups, bias', op: 'pointwiseConv2d', x: [2, 5, 7, 6], filters: [[1, 1, 3, 8]], options: {groups: 2, bias: true}},
  {name: '1x1, padded', op: 'pointwiseConv2d', x: [1, 3, 4, 3], filters: [[1, 1, 3, 2]], options: {pad: [[1, 0], [2, 1]], bias: true}},
  {name: '1x1, strides beyond the input and padding', op: 'pointwiseConv2d', x: [1, 1, 3, 2], filters: [[1, 1, 2, 3]], options: {strides: [2, 1], pad: [[1, 0], [0, 0]]}},
  {name: 'atrous', op: 'dilatedConv2d', x: [2, 9, 11, 3], filters: [[3, 2, 3, 5]], options: {dilations: [2, 5]}},
  {
    name: 'atrous, strided, grouped', op: 'dilatedConv2d', x: [2, 4, 9, 11], filters: [[3, 2, 2, 6]],
    options: {dilations: 3, strides: [2, 1], groups: 2, pad: 2, dataFormat: 'NCHW'},
  },
  {name: '2 groups', op: 'groupedConv2d', x: [2, 7, 9, 4], filters: [[3, 2, 2, 6]], options: {groups: 2}},
  {
    name: '3 groups, all options', op: 'groupedConv2d', x: [2, 7, 9, 6], filters: [[3, 2, 2, 6]],
    options: {groups: 3, strides: [1, 2], dilations: [2, 1], pad: 'same', bias: true, activation: 'relu', flipFilter: true},
  },
  {name: 'long both ways', op: 'conv2d', x: [1, 13, 17, 2], filters: [[15, 14, 2, 3]], options: {pad: 'same'}},
  {
    name: 'long one way, strided, dilated the other', op: 'conv2d', x: [1, 7, 35, 2], filters: [[2, 26, 2, 3]],
    options: {pad: [[1, 0], [12, 9]], strides: [1, 2], dilations: [3, 1]},
  },
  {name: '1x1, strided one way', op: 'conv2d', x: [3, 6, 6, 5], filters: [[1, 1, 5, 5]], options: {strides: [1, 2], pad: [[0, 0], [1, 0]]}},
];
