import {registerTable} from '../../src/registry/register.js';
import {cpuTable} from './kernel_table.js';

registerTable('cpu', cpuTable);
