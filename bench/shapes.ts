import type {ConvOptions} from 'tfjs-conv';

/** A layer that is measured: an op, its shapes (float32) and its options. */
export interface Layer {
  readonly name: string;
  readonly op: 'conv1d' | 'conv2d' | 'depthwiseConv2d' | 'conv2dTranspose' | 'conv3d';
  /** In the layout of the options. */
  readonly x: readonly number[];
  /** As the op has it. */
  readonly filter: readonly number[];
  readonly options: ConvOptions;
}

const CONV_OPS = {3: 'conv1d', 4: 'conv2d', 5: 'conv3d'} as const;

/** Batch 1, channels last, padding 'same', as the other two. */
export const conv = (name: string, x: number[], filter: number[], options: ConvOptions = {}): Layer => {
  const rank = filter.length as keyof typeof CONV_OPS;
  return {name, op: CONV_OPS[rank], x: [1, ...x], filter, options: {pad: 'same', ...options}};
};

export const depthwise = (
  name: string,
  x: number[],
  kernel: number,
  options: ConvOptions = {},
  multiplier = 1,
): Layer => ({
  name,
  op: 'depthwiseConv2d',
  x: [1, ...x],
  filter: [kernel, kernel, x[2], multiplier],
  options: {pad: 'same', ...options},
});

export const transposed = (name: string, x: number[], kernel: number, strides: number, outChannels: number): Layer => ({
  name,
  op: 'conv2dTranspose',
  x: [1, ...x],
  filter: [kernel, kernel, outChannels, x[2]],
  options: {pad: 'same', strides},
});

/** Layers of the networks that people run: dense ones first, then those that runtimes tend to neglect. */
export const LAYERS: readonly Layer[] = [
  conv('3x3 56x56 64-64', [56, 56, 64], [3, 3, 64, 64]),
  conv('3x3 14x14 256-256', [14, 14, 256], [3, 3, 256, 256]),
  conv('3x3 7x7 512-512', [7, 7, 512], [3, 3, 512, 512]),
  conv('7x7 stride 2 224x224 3-64', [224, 224, 3], [7, 7, 3, 64], {strides: 2}),
  conv('1x1 56x56 64-256', [56, 56, 64], [1, 1, 64, 256]),
  conv('1x1 14x14 512-512', [14, 14, 512], [1, 1, 512, 512]),
  conv('3x3 dilation 2 28x28 256-256', [28, 28, 256], [3, 3, 256, 256], {dilations: 2}),
  conv('1x7 17x17 192-192', [17, 17, 192], [1, 7, 192, 192]),
  conv('groups 32 3x3 56x56 128-128', [56, 56, 128], [3, 3, 4, 128], {groups: 32}),
  depthwise('depthwise 3x3 112x112x64', [112, 112, 64], 3),
  depthwise('depthwise 3x3 14x14x512', [14, 14, 512], 3),
  depthwise('depthwise 7x7 56x56x96', [56, 56, 96], 7),
  transposed('transposed 4x4 stride 2 32x32 128-64', [32, 32, 128], 4, 2, 64),
  transposed('transposed 2x2 stride 2 64x64 64-32', [64, 64, 64], 2, 2, 32),
  conv('3-D 3x3x3 16x28x28 16-32', [16, 28, 28, 16], [3, 3, 3, 16, 32]),
];
