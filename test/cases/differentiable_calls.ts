import type {BuiltinCall} from '../support/affine.js';

const PLANAR = {strides: [1, 1], pad: 'valid', dilations: [1, 1], dataFormat: 'NHWC'};
const SOLID = {strides: [1, 1, 1], pad: 'valid', dilations: [1, 1, 1], dataFormat: 'NDHWC'};

/** Calls of kernels of TensorFlow.js that its ops seldom or never make, whose gradients have to be right. */
export const DIFFERENTIABLE_CALLS: {readonly [what: string]: BuiltinCall} = {
  'Conv2D, grouped, strided and dilated': {
    kernel: 'Conv2D',
    inputs: {x: [2, 7, 8, 4], filter: [3, 2, 2, 6]},
    attrs: {...PLANAR, strides: [2, 1], dilations: [1, 3], pad: 2, dimRoundingMode: 'ceil'},
  },
  'Conv3D, channels first, strided and dilated': {
    kernel: 'Conv3D',
    inputs: {x: [1, 2, 5, 6, 7], filter: [2, 3, 1, 2, 3]},
    attrs: {...SOLID, dataFormat: 'NCDHW', strides: [1, 2, 3], dilations: [3, 2, 1], pad: 'same'},
  },
  'DepthwiseConv2dNative, no dilations': {
    kernel: 'DepthwiseConv2dNative',
    inputs: {x: [2, 5, 6, 3], filter: [3, 2, 3, 2]},
    attrs: {...PLANAR, dilations: null, strides: 2, pad: 'same'},
  },
  'FusedConv2D, channels first with a bias': {
    kernel: 'FusedConv2D',
    inputs: {x: [2, 3, 5, 6], filter: [3, 2, 3, 4], bias: [4]},
    attrs: {...PLANAR, dataFormat: 'NCHW', activation: 'linear'},
  },
  'FusedConv2D, a bias over the width': {
    kernel: 'FusedConv2D',
    inputs: {x: [2, 5, 6, 3], filter: [3, 2, 3, 4], bias: [5, 1]},
    attrs: {...PLANAR, activation: 'linear'},
  },
  'Conv2DBackpropInput, dy of a size that was rounded up': {
    kernel: 'Conv2DBackpropInput',
    inputs: {dy: [2, 4, 4, 3], filter: [2, 3, 2, 3]},
    attrs: {...PLANAR, strides: [2, 2], pad: 1, inputShape: [2, 5, 6, 2]},
  },
  'Conv2DBackpropFilter, dy of a size that was rounded up': {
    kernel: 'Conv2DBackpropFilter',
    inputs: {x: [2, 5, 6, 2], dy: [2, 4, 4, 3]},
    attrs: {...PLANAR, strides: [2, 2], pad: 1, filterShape: [2, 3, 2, 3]},
  },
  'Conv2DBackpropInput, more of dy than counts': {
    kernel: 'Conv2DBackpropInput',
    inputs: {dy: [2, 5, 7, 3], filter: [2, 3, 2, 3]},
    attrs: {...PLANAR, dilations: [2, 1], inputShape: [2, 5, 6, 2]},
  },
  'Conv3DBackpropFilterV2, more of dy than counts': {
    kernel: 'Conv3DBackpropFilterV2',
    inputs: {x: [1, 3, 4, 5, 2], dy: [1, 4, 4, 5, 3]},
    attrs: {...SOLID, filterShape: [2, 1, 3, 2, 3]},
  },
  'Conv2D without channels': {kernel: 'Conv2D', inputs: {x: [2, 4, 5, 0], filter: [3, 2, 0, 4]}, attrs: PLANAR},
  'Conv2D without filters': {kernel: 'Conv2D', inputs: {x: [2, 4, 5, 3], filter: [3, 2, 3, 0]}, attrs: PLANAR},
  'Conv2DBackpropInput without channels': {
    kernel: 'Conv2DBackpropInput',
    inputs: {dy: [2, 2, 4, 3], filter: [3, 2, 0, 3]},
    attrs: {...PLANAR, inputShape: [2, 4, 5, 0]},
  },
  'Conv2DBackpropFilter without filters': {
    kernel: 'Conv2DBackpropFilter',
    inputs: {x: [2, 4, 5, 3], dy: [2, 2, 4, 0]},
    attrs: {...PLANAR, filterShape: [3, 2, 3, 0]},
  },
  'DepthwiseConv2dNative without a batch': {
    kernel: 'DepthwiseConv2dNative',
    inputs: {x: [0, 4, 5, 3], filter: [3, 2, 3, 2]},
    attrs: PLANAR,
  },
};
