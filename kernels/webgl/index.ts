import {registerTable} from '../../src/registry/register.js';
import {webglTable} from './kernel_table.js';

registerTable('webgl', webglTable);
