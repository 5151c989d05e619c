import {registerTable} from '../../src/registry/register.js';
import {dispose} from './core_tensors.js';
import {cpuTable} from './kernel_table.js';

export {packedFilterBytes} from './core_tensors.js';

registerTable('cpu', cpuTable, dispose);
