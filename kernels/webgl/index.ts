import {registerTable} from '../../src/registry/register.js';
import {webglTable} from './kernel_table.js';

export {packedFilterBytes} from './device.js';

registerTable('webgl', webglTable);
