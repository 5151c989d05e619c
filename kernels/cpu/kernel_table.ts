import type {KernelTable} from '../../src/registry/kernel_table.js';
import {coreTable} from '../wasm_core/kernel_table.js';
import {conv2DTransposeMatrix, convMatrix} from './conv_matrix.js';
import {convND} from './conv_nd.js';
import {convNDBackpropFilter} from './conv_nd_backprop_filter.js';
import {convNDBackpropInput} from './conv_nd_backprop_input.js';
import {cpuTensors} from './core_tensors.js';
import {depthwiseSeparableConv2D, spatiallySeparableConv2D} from './two_stage.js';

const core = coreTable(cpuTensors);

/** Kernels on the WebAssembly core, and behind them those in TypeScript on typed arrays, for machines without SIMD. */
export const cpuTable: KernelTable = {
  ConvND: [...core.ConvND, ...convND],
  ConvNDBackpropInput: [...core.ConvNDBackpropInput, ...convNDBackpropInput],
  ConvNDBackpropFilter: [...core.ConvNDBackpropFilter, ...convNDBackpropFilter],
  SpatiallySeparableConv2D: [...core.SpatiallySeparableConv2D, ...spatiallySeparableConv2D],
  DepthwiseSeparableConv2D: [...core.DepthwiseSeparableConv2D, ...depthwiseSeparableConv2D],
  // The matrix is written element by element: nothing is gained by a copy of it.
  ConvMatrix: convMatrix,
  Conv2DTransposeMatrix: [...core.Conv2DTransposeMatrix, ...conv2DTransposeMatrix],
};
