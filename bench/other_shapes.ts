import {conv, depthwise, transposed} from './shapes.js';
import type {Layer} from './shapes.js';

const batched = (batch: number, layer: Layer): Layer => ({
  ...layer,
  name: `${layer.name} batch ${batch}`,
  x: [batch, ...layer.x.slice(1)],
});

const channelsFirst = (layer: Layer): Layer => ({
  ...layer,
  name: `${layer.name} NCHW`,
  x: [layer.x[0], layer.x[3], layer.x[1], layer.x[2]],
  options: {...layer.options, dataFormat: 'NCHW'},
});

/** Layers that nothing was tuned for: other kernels and strides, odd and few channels, other ranks, layouts and batches. */
export const OTHER_LAYERS: readonly Layer[] = [
  conv('3x3 stride 2 224x224 3-32', [224, 224, 3], [3, 3, 3, 32], {strides: 2}),
  conv('7x7 stride 2 160x160 3-32', [160, 160, 3], [7, 7, 3, 32], {strides: 2}),
  conv('3x3 stride 2 56x56 64-128', [56, 56, 64], [3, 3, 64, 128], {strides: 2}),
  conv('3x3 27x31 37-53', [27, 31, 37], [3, 3, 37, 53]),
  conv('3x3 96x96 1-16', [96, 96, 1], [3, 3, 1, 16]),
  conv('3x3 96x96 32-3', [96, 96, 32], [3, 3, 32, 3]),
  conv('3x3 4x4 256-256', [4, 4, 256], [3, 3, 256, 256]),
  conv('3x3 dilation 12 33x33 256-64', [33, 33, 256], [3, 3, 256, 64], {dilations: 12}),
  conv('5x5 28x28 32-96', [28, 28, 32], [5, 5, 32, 96]),
  conv('5x5 256x256 1-1', [256, 256, 1], [5, 5, 1, 1]),
  conv('7x1 17x17 128-128', [17, 17, 128], [7, 1, 128, 128]),
  conv('1x1 19x23 61-127', [19, 23, 61], [1, 1, 61, 127]),
  conv('1x1 7x7 960-160', [7, 7, 960], [1, 1, 960, 160]),
  conv('1x1 1x1 2048-1000', [1, 1, 2048], [1, 1, 2048, 1000]),
  conv('1x1 stride 2 28x28 256-512', [28, 28, 256], [1, 1, 256, 512], {strides: 2}),
  conv('1x1 128x128 32-1', [128, 128, 32], [1, 1, 32, 1]),
  conv('groups 2 5x5 27x27 96-128', [27, 27, 96], [5, 5, 48, 128], {groups: 2}),
  conv('groups 8 1x1 28x28 240-240', [28, 28, 240], [1, 1, 30, 240], {groups: 8}),
  conv('groups 16 3x3 stride 2 28x28 128-128', [28, 28, 128], [3, 3, 8, 128], {groups: 16, strides: 2}),
  depthwise('depthwise 3x3 stride 2 112x112x96', [112, 112, 96], 3, {strides: 2}),
  depthwise('depthwise 3x3 64x64x256', [64, 64, 256], 3),
  depthwise('depthwise 3x3 stride 2 32x32x512', [32, 32, 512], 3, {strides: 2}),
  depthwise('depthwise 3x3 7x7x960', [7, 7, 960], 3),
  depthwise('depthwise 3x3 dilation 2 28x28x128', [28, 28, 128], 3, {dilations: 2}),
  depthwise('depthwise 3x3 37x41x13', [37, 41, 13], 3),
  depthwise('depthwise 3x3 28x28x64 times 2', [28, 28, 64], 3, {}, 2),
  depthwise('depthwise 5x5 14x14x480', [14, 14, 480], 5),
  depthwise('depthwise 5x5 stride 2 56x56x72', [56, 56, 72], 5, {strides: 2}),
  conv('few channels 1x256 stride 2 1x44098 1-1', [1, 44098, 1], [1, 256, 1, 1], {strides: [1, 2], pad: 'valid'}),
  conv('few channels 3x3 stride 2 128x128 1-1', [128, 128, 1], [3, 3, 1, 1], {strides: 2}),
  depthwise('few channels 5x5 stride 2 128x128x3', [128, 128, 3], 5, {strides: 2}),
  transposed('transposed 3x3 stride 2 28x28 64-32', [28, 28, 64], 3, 2, 32),
  transposed('transposed 5x5 stride 3 24x24 24-7', [24, 24, 24], 5, 3, 7),
  conv('1-D 9 4000 64-64', [4000, 64], [9, 64, 64]),
  conv('1-D 3 dilation 8 2000 64-128', [2000, 64], [3, 64, 128], {dilations: 8}),
  conv('3-D 3x3x3 stride 2 16x32x32 8-16', [16, 32, 32, 8], [3, 3, 3, 8, 16], {strides: 2}),
  conv('3-D 1x1x1 8x28x28 32-64', [8, 28, 28, 32], [1, 1, 1, 32, 64]),
  channelsFirst(conv('3x3 28x28 64-64', [28, 28, 64], [3, 3, 64, 64])),
  channelsFirst(conv('1x1 28x28 128-128', [28, 28, 128], [1, 1, 128, 128])),
  channelsFirst(depthwise('depthwise 3x3 56x56x72', [56, 56, 72], 3)),
  batched(4, conv('3x3 28x28 64-64', [28, 28, 64], [3, 3, 64, 64])),
  batched(4, conv('1x1 14x14 256-256', [14, 14, 256], [1, 1, 256, 256])),
  batched(4, depthwise('depthwise 3x3 28x28x96', [28, 28, 96], 3)),
];
