import {registerTable} from '../../src/registry/register.js';
import {hasCore} from '../wasm_core/core.js';
import {warmUp} from '../wasm_core/warm_up.js';
import {cpuTensors} from './core_tensors.js';
import {cpuTable} from './kernel_table.js';

export {packedFilterBytes} from './core_tensors.js';

registerTable('cpu', cpuTable, backend => {
  if (hasCore()) warmUp(cpuTensors.device(backend));
});
