import type {Case} from './case.js';

/*
 * Paddings, strides, dilations and kernels far beyond the image: few elements of the padded image are read, or few taps
 * read any.
 */
export const sparseCases: readonly Case[] = [
  {
    name: 'huge pad and stride',
    op: 'conv2d',
    x: [1, 4, 4, 2],
    filters: [[3, 3, 2, 3]],
    options: {pad: 10000, strides: 10000},
  },
  {
    name: 'huge pad, odd stride',
    op: 'conv2d',
    x: [2, 5, 4, 1],
    filters: [[2, 3, 1, 2]],
    options: {pad: 3000, strides: 1499},
  },
  {
    name: 'huge pad, stride and dilation',
    op: 'conv2d',
    x: [1, 4, 4, 1],
    filters: [[3, 3, 1, 2]],
    options: {pad: 20000, strides: 10000, dilations: 10000},
  },
  {
    name: 'taps and results without a common step',
    op: 'conv2d',
    x: [1, 4, 4, 1],
    filters: [[3, 3, 1, 2]],
    options: {pad: 20002, strides: 10000, dilations: 10001},
  },
  {
    name: 'huge dilation, one tap reads',
    op: 'conv2d',
    x: [1, 4, 5, 2],
    filters: [[3, 3, 2, 2]],
    options: {pad: 'same', dilations: 5000},
  },
  {
    name: 'kernel far larger than the image',
    op: 'conv2d',
    x: [1, 4, 4, 1],
    filters: [[61, 61, 1, 1]],
    options: {pad: 'same'},
  },
  {
    name: 'holes between results and between taps',
    op: 'conv1d',
    x: [2, 9, 2],
    filters: [[2, 2, 2]],
    options: {pad: 5000, strides: 50, dilations: 5000},
  },
  {
    name: 'huge pad and stride NCW, groups',
    op: 'conv1d',
    x: [2, 4, 6],
    filters: [[3, 2, 4]],
    options: {pad: 9000, strides: 9000, groups: 2, dataFormat: 'NCW'},
  },
  {
    name: 'huge pad and stride',
    op: 'conv3d',
    x: [1, 3, 4, 3, 1],
    filters: [[2, 2, 3, 1, 2]],
    options: {pad: 300, strides: 300},
  },
  {
    name: 'huge pad and stride',
    op: 'depthwiseConv2d',
    x: [1, 4, 4, 3],
    filters: [[3, 3, 3, 2]],
    options: {pad: 10000, strides: 10000},
  },
  {
    name: 'huge pad and stride',
    op: 'spatiallySeparableConv2d',
    x: [1, 4, 4, 2],
    filters: [
      [3, 1, 2, 2],
      [1, 3, 2, 3],
    ],
    options: {pad: 10000, strides: 10000},
  },
  {
    name: 'huge stride, one result',
    op: 'conv2dTranspose',
    x: [1, 1, 1, 2],
    filters: [[3, 2, 2, 2]],
    options: {strides: 30000},
  },
  {
    name: 'huge pad and stride',
    op: 'conv2dTranspose',
    x: [1, 3, 3, 2],
    filters: [[3, 3, 2, 2]],
    options: {strides: 10000, pad: 10000, outputShape: [4, 4]},
  },
  {
    name: 'huge pad and stride',
    op: 'convMatrix',
    x: [3, 4],
    filters: [[3, 3, 1, 2]],
    options: {strides: 5000, pad: 5000},
  },
];
