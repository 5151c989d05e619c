import {registerTable} from '../../src/registry/register.js';
import {nodeTable} from './kernel_table.js';
import {restoreNodeUtil} from './node_util.js';

restoreNodeUtil();
registerTable('tensorflow', nodeTable);
