import type {KernelTable} from '../../src/registry/kernel_table.js';
import {twoStageKernels} from '../../src/registry/two_stage.js';
import {conv2DTransposeMatrix, convMatrix} from './conv_matrix.js';
import {convND} from './conv_nd.js';
import {convNDBackpropFilter} from './conv_nd_backprop_filter.js';
import {convNDBackpropInput} from './conv_nd_backprop_input.js';

/** Kernels as WebGL programs; the portable ones serve devices without WebGL 2. */
export const webglTable: KernelTable = {
  ConvND: convND,
  ConvNDBackpropInput: convNDBackpropInput,
  ConvNDBackpropFilter: convNDBackpropFilter,
  ...twoStageKernels(convND),
  ConvMatrix: convMatrix,
  Conv2DTransposeMatrix: conv2DTransposeMatrix,
};
