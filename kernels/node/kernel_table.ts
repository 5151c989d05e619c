import type {KernelTable} from '../../src/registry/kernel_table.js';
import {twoStageKernels} from '../../src/registry/two_stage.js';
import {conv2DTransposeMatrix, convMatrix} from './conv_matrix.js';
import {convND, convNDBackpropFilter, convNDBackpropInput} from './conv_nd.js';

/** Kernels made of TensorFlow's ops, for tfjs-node. */
export const nodeTable: KernelTable = {
  ConvND: convND,
  ConvNDBackpropInput: convNDBackpropInput,
  ConvNDBackpropFilter: convNDBackpropFilter,
  ...twoStageKernels(convND),
  ConvMatrix: convMatrix,
  Conv2DTransposeMatrix: conv2DTransposeMatrix,
};
