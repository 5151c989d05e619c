import {registerFacts} from '../../src/registry/facts.js';
import {registerTable} from '../../src/registry/register.js';
import {registerStandIns} from '../../src/registry/stand_ins.js';
import {describeCore} from '../wasm_core/describe.js';
import {hasCore} from '../wasm_core/runtime/instantiate.js';
import {dispose, wasmCore} from './core_tensors.js';
import {wasmTable} from './kernel_table.js';
import {CORRECTED, ON_CORE, SHARING} from './stand_ins/table.js';

export {packedFilterBytes} from './core_tensors.js';

registerStandIns('wasm', SHARING);

// Without SIMD there is no core: the portable kernels serve the backend.
if (hasCore()) {
  registerTable('wasm', wasmTable, {dispose, choosesOnce: true});
  registerFacts('wasm', describeCore(wasmCore, 'portable'));
  registerStandIns('wasm', {...ON_CORE, ...CORRECTED});
}
