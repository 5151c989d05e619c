import {portableTable} from '../kernels/portable/kernel_table.js';
import {registerGradients} from './gradients/register.js';
import {registerTable} from './registry/register.js';
import {PORTABLE} from './registry/run_kernel.js';

registerTable(PORTABLE, portableTable);
registerGradients();

export type {Activation, ConvOptions, ConvTransposeOptions, DataFormat, PadPairs} from './geometry/options.js';
export {conv1d} from './ops/conv1d.js';
export {conv1dTranspose} from './ops/conv1d_transpose.js';
export {conv2d} from './ops/conv2d.js';
export {conv2dTranspose} from './ops/conv2d_transpose.js';
export {conv2dTransposeMatrix} from './ops/conv2d_transpose_matrix.js';
export {conv3d} from './ops/conv3d.js';
export {conv3dTranspose} from './ops/conv3d_transpose.js';
export {convMatrix} from './ops/conv_matrix.js';
export type {ConvMatrixOptions} from './ops/conv_matrix.js';
export {depthwiseConv2d} from './ops/depthwise_conv2d.js';
export {depthwiseSeparableConv2d} from './ops/depthwise_separable_conv2d.js';
export {dilatedConv2d} from './ops/dilated_conv2d.js';
export {groupedConv2d} from './ops/grouped_conv2d.js';
export {pointwiseConv2d} from './ops/pointwise_conv2d.js';
export {spatiallySeparableConv2d} from './ops/spatially_separable_conv2d.js';
export {separateFilter} from './separate/separate_filter.js';
export type {SeparatedFilter, SeparateFilterOptions} from './separate/separate_filter.js';
