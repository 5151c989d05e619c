import {coreTable} from '../wasm_core/kernel_table.js';
import {wasmTensors} from './core_tensors.js';

/** Kernels on the WebAssembly core, in place on the memory of backend 'wasm'. */
export const wasmTable = coreTable(wasmTensors);
