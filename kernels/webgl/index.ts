import {registerTable} from '../../src/registry/register.js';
import {webglTable} from './kernel_table.js';

export {packedFilterBytes} from './gl/device.js';

registerTable('webgl', webglTable);
