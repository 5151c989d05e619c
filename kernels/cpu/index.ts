import {registerTable} from '../../src/registry/register.js';
import {hasCore} from '../wasm_core/runtime/instantiate.js';
import {setUp} from '../wasm_core/warm_up/set_up.js';
import {cpuTensors} from './core_tensors.js';
import {cpuTable} from './kernel_table.js';

export {packedFilterBytes} from './core_tensors.js';

registerTable('cpu', cpuTable, backend => {
  if (hasCore()) setUp(cpuTable, cpuTensors, backend);
});
