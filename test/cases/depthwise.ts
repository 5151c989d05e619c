import type {Case} from './case.js';

const channelCounts: readonly Case[] = [1, 3, 4, 5, 8].flatMap((channels): Case[] =>
  [1, 2, 3].map(multiplier => ({
    name: `${channels} channels, multiplier ${multiplier}`,
    op: 'depthwiseConv2d',
    x: [2, 6, 5, channels],
    filters: [[3, 2, channels, multiplier]],
    options: {
      pad: [
        [1, 1],
        [0, 1],
      ],
    },
  })),
);

/** Depthwise convolutions. The kernels take four channels at a time, so the counts lie around 4 and 8. */
export const depthwiseCases: readonly Case[] = [
  ...channelCounts,
  {
    name: 'NCHW',
    op: 'depthwiseConv2d',
    x: [2, 5, 6, 7],
    filters: [[2, 3, 5, 1]],
    options: {dataFormat: 'NCHW', pad: 'same'},
  },
  {
    name: 'NCHW, multiplier 2',
    op: 'depthwiseConv2d',
    x: [2, 3, 6, 7],
    filters: [[2, 3, 3, 2]],
    options: {dataFormat: 'NCHW', strides: [2, 3]},
  },
  {name: 'unbatched', op: 'depthwiseConv2d', x: [6, 7, 4], filters: [[2, 3, 4, 1]], options: {strides: [1, 2]}},
  {
    name: 'all unequal',
    op: 'depthwiseConv2d',
    x: [2, 11, 13, 5],
    filters: [[3, 2, 5, 2]],
    options: {
      strides: [2, 3],
      dilations: [3, 2],
      pad: [
        [1, 2],
        [3, 0],
      ],
    },
  },
  {
    name: 'all unequal, multiplier 1',
    op: 'depthwiseConv2d',
    x: [2, 13, 11, 9],
    filters: [[2, 4, 9, 1]],
    options: {
      strides: [3, 1],
      dilations: [1, 2],
      pad: [
        [0, 4],
        [2, 1],
      ],
      flipFilter: true,
    },
  },
  {
    name: 'kernel larger than the input',
    op: 'depthwiseConv2d',
    x: [1, 2, 3, 4],
    filters: [[5, 4, 4, 1]],
    options: {
      pad: [
        [2, 1],
        [3, 2],
      ],
    },
  },
  {
    name: 'stride larger than the kernel',
    op: 'depthwiseConv2d',
    x: [1, 8, 9, 4],
    filters: [[2, 1, 4, 1]],
    options: {strides: [3, 5]},
  },
  {
    name: 'one row at a stride',
    op: 'depthwiseConv2d',
    x: [2, 1, 7, 4],
    filters: [[3, 3, 4, 1]],
    options: {
      strides: [2, 1],
      pad: [
        [2, 2],
        [1, 1],
      ],
    },
  },
  {
    name: 'lines as long as rows of a texture',
    op: 'depthwiseConv2d',
    x: [2, 33, 34, 10],
    filters: [[3, 3, 10, 1]],
    options: {pad: 'same'},
  },
  {
    name: 'windows of padding only',
    op: 'depthwiseConv2d',
    x: [1, 2, 2, 5],
    filters: [[2, 2, 5, 1]],
    options: {pad: 4, bias: true},
  },
  {
    name: 'same, dilated',
    op: 'depthwiseConv2d',
    x: [1, 7, 8, 3],
    filters: [[3, 3, 3, 1]],
    options: {pad: 'same', dilations: [2, 3]},
  },
  {name: 'empty batch', op: 'depthwiseConv2d', x: [0, 7, 8, 3], filters: [[3, 3, 3, 2]], options: {bias: true}},
  {
    name: 'same, bias, relu6',
    op: 'depthwiseConv2d',
    x: [2, 7, 8, 5],
    filters: [[3, 3, 5, 1]],
    options: {pad: 'same', bias: true, activation: 'relu6'},
  },
  {
    name: 'bias, prelu per channel, NCHW',
    op: 'depthwiseConv2d',
    x: [2, 3, 7, 8],
    filters: [[3, 2, 3, 2]],
    options: {dataFormat: 'NCHW', bias: true, activation: 'prelu', slopes: [6]},
  },
  {
    name: '10 lines',
    op: 'depthwiseConv2d',
    x: [1, 10, 7, 6],
    filters: [[3, 3, 6, 1]],
    options: {pad: 'same', bias: true, activation: 'elu'},
  },
  {
    name: '8 lines of several images',
    op: 'depthwiseConv2d',
    x: [3, 8, 5, 5],
    filters: [[4, 3, 5, 1]],
    options: {
      pad: [
        [2, 1],
        [0, 3],
      ],
    },
  },
  {
    name: 'lines at a stride',
    op: 'depthwiseConv2d',
    x: [1, 22, 16, 6],
    filters: [[3, 5, 6, 1]],
    options: {pad: 'same', strides: [2, 3]},
  },
  {
    name: 'lines at a stride, dilated',
    op: 'depthwiseConv2d',
    x: [1, 25, 17, 3],
    filters: [[3, 3, 3, 1]],
    options: {
      pad: [
        [1, 3],
        [2, 1],
      ],
      strides: [2, 2],
      dilations: [3, 3],
    },
  },
  {
    name: 'rows of taps far apart',
    op: 'depthwiseConv2d',
    x: [1, 75, 9, 3],
    filters: [[3, 3, 3, 1]],
    options: {pad: 'same', dilations: [31, 2]},
  },
  {
    name: 'many taps',
    op: 'depthwiseConv2d',
    x: [1, 12, 15, 5],
    filters: [[7, 10, 5, 1]],
    options: {
      pad: [
        [3, 3],
        [4, 5],
      ],
    },
  },
  {
    name: 'many taps, odd',
    op: 'depthwiseConv2d',
    x: [1, 12, 16, 4],
    filters: [[9, 9, 4, 1]],
    options: {
      pad: [
        [4, 4],
        [3, 2],
      ],
    },
  },
  {
    name: '5x5 of large planes',
    op: 'depthwiseConv2d',
    x: [1, 43, 39, 41],
    filters: [[5, 5, 41, 1]],
    options: {pad: 'same'},
    integers: true,
  },
  {
    name: '3x5 of large planes, strided, multiplier 2, bias and relu6',
    op: 'depthwiseConv2d',
    x: [1, 31, 45, 11],
    filters: [[3, 5, 11, 2]],
    options: {strides: 2, pad: 'same', bias: true, activation: 'relu6'},
  },
  {
    name: '4x7 of large planes, NCHW, bias and prelu',
    op: 'depthwiseConv2d',
    x: [2, 10, 21, 27],
    filters: [[4, 7, 10, 1]],
    options: {dataFormat: 'NCHW', pad: 3, bias: true, activation: 'prelu', slopes: [10, 1, 1]},
  },
  {
    name: '2x5 of large planes, dilated, unequal phases',
    op: 'depthwiseConv2d',
    x: [1, 43, 39, 41],
    filters: [[2, 5, 41, 1]],
    options: {
      pad: [
        [2, 0],
        [3, 4],
      ],
      dilations: [4, 2],
    },
    integers: true,
  },
];
