import {registerFacts} from '../../src/registry/facts.js';
import {registerTable} from '../../src/registry/register.js';
import {describeCore} from '../wasm_core/describe.js';
import {cpuCore, dispose} from './core_tensors.js';
import {cpuTable} from './kernel_table.js';

export {packedFilterBytes} from './core_tensors.js';

registerTable('cpu', cpuTable, {dispose, choosesOnce: true});
registerFacts('cpu', describeCore(cpuCore, 'TypeScript'));
