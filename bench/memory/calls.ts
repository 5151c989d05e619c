/** A call of a kernel of TensorFlow.js whose memory is measured. Strides are 1, and the padding is 'same'. */
export interface MemoryCall {
  readonly name: string;
  readonly kernel: string;
  /** Shapes of the operands by their names, and of the result. */
  readonly inputs: {readonly [name: string]: readonly number[]};
  readonly output: readonly number[];
  /** The shape of x or of the filter, whichever is computed by a gradient. */
  readonly attrs?: {readonly [name: string]: readonly number[]};
}

const volume = [1, 256, 256, 256, 1];
const smaller = [1, 128, 128, 128, 4];
const image = [1, 512, 512, 32];

export const MEMORY_CALLS: readonly MemoryCall[] = [
  {
    name: '3-D 3x3x3, 256x256x256, 1-2',
    kernel: 'Conv3D',
    inputs: {x: volume, filter: [3, 3, 3, 1, 2]},
    output: [1, 256, 256, 256, 2],
  },
  {
    name: '3-D 3x3x3, 128x128x128, 4-4',
    kernel: 'Conv3D',
    inputs: {x: smaller, filter: [3, 3, 3, 4, 4]},
    output: smaller,
  },
  {
    name: '3-D 3x3x3, 128x128x128, 4-4, gradient of the input',
    kernel: 'Conv3DBackpropInputV2',
    inputs: {dy: smaller, filter: [3, 3, 3, 4, 4]},
    output: smaller,
    attrs: {inputShape: smaller},
  },
  {
    name: '3-D 3x3x3, 128x128x128, 4-4, gradient of the filter',
    kernel: 'Conv3DBackpropFilterV2',
    inputs: {x: smaller, dy: smaller},
    output: [3, 3, 3, 4, 4],
    attrs: {filterShape: [3, 3, 3, 4, 4]},
  },
  {
    name: '3x3, 512x512, 32-32',
    kernel: 'Conv2D',
    inputs: {x: image, filter: [3, 3, 32, 32]},
    output: image,
  },
  {
    name: '3x3, 512x512, 32-32, gradient of the input',
    kernel: 'Conv2DBackpropInput',
    inputs: {dy: image, filter: [3, 3, 32, 32]},
    output: image,
    attrs: {inputShape: image},
  },
  {
    name: '3x3, 512x512, 32-32, gradient of the filter',
    kernel: 'Conv2DBackpropFilter',
    inputs: {x: image, dy: image},
    output: [3, 3, 32, 32],
    attrs: {filterShape: [3, 3, 32, 32]},
  },
  {
    name: '11x11, 512x512, 16-16',
    kernel: 'Conv2D',
    inputs: {x: [1, 512, 512, 16], filter: [11, 11, 16, 16]},
    output: [1, 512, 512, 16],
  },
  {
    name: 'depthwise 3x3, 1024x1024x32',
    kernel: 'DepthwiseConv2dNative',
    inputs: {x: [1, 1024, 1024, 32], filter: [3, 3, 32, 1]},
    output: [1, 1024, 1024, 32],
  },
  {
    name: 'depthwise 3x3, 512x512x32, gradient of the filter',
    kernel: 'DepthwiseConv2dNativeBackpropFilter',
    inputs: {x: image, dy: image},
    output: [3, 3, 32, 1],
    attrs: {filterShape: [3, 3, 32, 1]},
  },
];
