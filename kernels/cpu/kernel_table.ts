import type {KernelTable, Variants} from '../../src/registry/kernel_table.js';
import {twoStageKernels} from '../../src/registry/two_stage.js';
import {coreTable} from '../wasm_core/kernel_table.js';
import {conv2DTransposeMatrix, convMatrix} from './conv_matrix.js';
import {convND as plainConvND} from './conv_nd.js';
import {convNDBackpropFilter} from './conv_nd_backprop_filter.js';
import {convNDBackpropInput} from './conv_nd_backprop_input.js';
import {cpuCore} from './core_tensors.js';

const core = coreTable(cpuCore);
const convND: Variants<'ConvND'> = [...core.ConvND, ...plainConvND];

/** Kernels on the WebAssembly core, then those in TypeScript on typed arrays, for machines without SIMD. */
export const cpuTable: KernelTable = {
  ConvND: convND,
  ConvNDBackpropInput: [...core.ConvNDBackpropInput, ...convNDBackpropInput],
  ConvNDBackpropFilter: [...core.ConvNDBackpropFilter, ...convNDBackpropFilter],
  ...twoStageKernels(convND),
  // The matrix is written element by element: nothing is gained by a copy of it.
  ConvMatrix: convMatrix,
  Conv2DTransposeMatrix: [...core.Conv2DTransposeMatrix, ...conv2DTransposeMatrix],
};
