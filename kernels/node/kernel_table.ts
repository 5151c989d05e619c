import type {KernelTable} from '../../src/registry/kernel_table.js';
import {conv2DTransposeMatrix, convMatrix} from './conv_matrix.js';
import {convND, convNDBackpropFilter, convNDBackpropInput} from './conv_nd.js';
import {depthwiseSeparableConv2D, spatiallySeparableConv2D} from './two_stage.js';

/** Kernels made of TensorFlow's ops, for tfjs-node. */
export const nodeTable: KernelTable = {
  ConvND: convND,
  ConvNDBackpropInput: convNDBackpropInput,
  ConvNDBackpropFilter: convNDBackpropFilter,
  SpatiallySeparableConv2D: spatiallySeparableConv2D,
  DepthwiseSeparableConv2D: depthwiseSeparableConv2D,
  ConvMatrix: convMatrix,
  Conv2DTransposeMatrix: conv2DTransposeMatrix,
};
