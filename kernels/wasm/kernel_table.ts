import type {KernelTable} from '../../src/registry/kernel_table.js';
import {twoStageKernels} from '../../src/registry/two_stage.js';
import {coreTable} from '../wasm_core/kernel_table.js';
import {wasmCore} from './core_tensors.js';

const core = coreTable(wasmCore);

/** Kernels on the WebAssembly core, in place on the memory of backend 'wasm'. */
export const wasmTable: KernelTable = {...core, ...twoStageKernels(core.ConvND)};
