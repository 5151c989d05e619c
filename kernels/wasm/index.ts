import {registerTable} from '../../src/registry/register.js';
import {hasCore} from '../wasm_core/runtime/instantiate.js';
import {wasmTable} from './kernel_table.js';

export {packedFilterBytes} from './core_tensors.js';

// Without SIMD there is no core: the portable kernels serve the backend.
if (hasCore()) registerTable('wasm', wasmTable);
