import type {Case} from './case.js';

/*
 * Sizes at and beside the tiles and blocks of the kernels, with integers: their sums are exact, so that one missing or
 * doubled term of thousands shows. The cpu GEMM has tiles of 2 x 4, depth blocks of 512, and blocks of 16 to 256 rows
 * with 2^15 elements.
 */

const rows: readonly Case[] = [1, 2, 3, 255, 256, 257, 513].map(width => ({
  name: `${width} rows`,
  op: 'conv1d',
  x: [2, width, 3],
  filters: [[1, 3, 5]],
  integers: true,
}));

const columns: readonly Case[] = [1, 2, 3, 4, 5, 7, 8, 9].map(outChannels => ({
  name: `${outChannels} columns`,
  op: 'conv1d',
  x: [1, 9, 5],
  filters: [[3, 5, outChannels]],
  integers: true,
}));

const depths: readonly Case[] = [511, 512, 513, 1025].flatMap((depth): Case[] => [
  {name: `depth ${depth}`, op: 'conv1d', x: [1, 17, depth], filters: [[1, depth, 5]], integers: true},
  {
    name: `depth ${depth}`,
    op: 'conv1dTranspose',
    x: [1, 5, depth],
    filters: [[2, 3, depth]],
    options: {strides: 2},
    integers: true,
  },
]);

/** Depths at which a block has 256, 255, 17 and 16 rows, and more than a block of results. */
const blocks: readonly Case[] = (
  [
    [128, 261],
    [129, 261],
    [1928, 35],
    [2100, 35],
  ] as const
).map(([depth, width]) => ({
  name: `${width} rows of depth ${depth}`,
  op: 'conv1d',
  x: [1, width, depth],
  filters: [[1, depth, 1]],
  integers: true,
}));

/** Limits belong to whole sums, which the core adds up 384 terms and some lines of taps at a time. */
const limits: readonly Case[] = (['relu', 'relu6'] as const).flatMap((activation): Case[] => [
  {
    name: `${activation} of depth 1025`,
    op: 'conv1d',
    x: [1, 17, 1025],
    filters: [[1, 1025, 21]],
    options: {activation},
    integers: true,
  },
  {
    name: `${activation} of lines of taps`,
    op: 'conv2d',
    x: [1, 9, 7, 97],
    filters: [[3, 3, 97, 13]],
    options: {activation},
    integers: true,
  },
  {
    name: `${activation} of 21 channels`,
    op: 'depthwiseConv2d',
    x: [1, 9, 11, 21],
    filters: [[3, 3, 21, 1]],
    options: {pad: 'same', activation},
    integers: true,
  },
]);

export const tileCases: readonly Case[] = [
  ...rows,
  ...columns,
  ...depths,
  ...blocks,
  ...limits,
  {
    name: 'blocks that end within a line',
    op: 'conv2d',
    x: [1, 23, 37, 2],
    filters: [[3, 2, 2, 5]],
    options: {pad: 'same'},
    integers: true,
  },
  {
    name: 'blocks that end within a line, strided, NCHW',
    op: 'conv2d',
    x: [1, 3, 25, 43],
    filters: [[2, 3, 1, 6]],
    options: {
      dataFormat: 'NCHW',
      strides: [1, 2],
      groups: 3,
      pad: [
        [0, 1],
        [2, 0],
      ],
    },
    integers: true,
  },
  {
    name: 'blocks of 16 rows, taps and groups',
    op: 'conv2d',
    x: [1, 5, 9, 458],
    filters: [[3, 3, 229, 6]],
    options: {groups: 2},
    integers: true,
  },
  {
    name: 'blocks over planes',
    op: 'conv3d',
    x: [1, 5, 9, 11, 3],
    filters: [[2, 2, 2, 3, 5]],
    options: {pad: 'same', dilations: [1, 2, 1]},
    integers: true,
  },
  {
    name: 'phases beyond a block',
    op: 'conv2dTranspose',
    x: [1, 17, 19, 3],
    filters: [[3, 4, 5, 3]],
    options: {strides: [2, 3], pad: 1},
    integers: true,
  },
  {
    name: 'more channels than a tile each way',
    op: 'conv2d',
    x: [1, 4, 5, 67],
    filters: [[2, 2, 67, 71]],
    integers: true,
  },
  {
    name: 'large depthwise',
    op: 'depthwiseConv2d',
    x: [1, 7, 13, 37],
    filters: [[3, 3, 37, 1]],
    options: {pad: 'same', strides: [1, 2]},
    integers: true,
  },
];
