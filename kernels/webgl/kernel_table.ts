import type {KernelTable} from '../../src/registry/kernel_table.js';
import {twoStageKernels} from '../../src/registry/two_stage.js';
import {convNDBackpropInputOf, convNDOf} from '../gpu/planned_conv.js';
import {conv2DTransposeMatrix, convMatrix} from './conv_matrix.js';
import {convNDBackpropFilter} from './conv_nd_backprop_filter.js';
import {deviceOf, isCapable} from './gl/device.js';
import {PLAN_VARIANTS} from './variants.js';

const GPU = {isCapable, deviceOf};
const convND = convNDOf(GPU, PLAN_VARIANTS);

/** Kernels as WebGL programs; the portable ones serve devices without WebGL 2. */
export const webglTable: KernelTable = {
  ConvND: convND,
  ConvNDBackpropInput: convNDBackpropInputOf(GPU, PLAN_VARIANTS),
  ConvNDBackpropFilter: convNDBackpropFilter,
  ...twoStageKernels(convND),
  ConvMatrix: convMatrix,
  Conv2DTransposeMatrix: conv2DTransposeMatrix,
};
