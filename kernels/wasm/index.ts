import {registerTable} from '../../src/registry/register.js';
import {hasCore} from '../wasm_core/runtime/instantiate.js';
import {setUp} from '../wasm_core/warm_up/set_up.js';
import {wasmTensors} from './core_tensors.js';
import {wasmTable} from './kernel_table.js';

export {packedFilterBytes} from './core_tensors.js';

// Without SIMD there is no core: the portable kernels serve the backend.
if (hasCore()) registerTable('wasm', wasmTable, backend => setUp(wasmTable, wasmTensors, backend));
