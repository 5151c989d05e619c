import {registerFacts} from '../../src/registry/facts.js';
import {registerTable} from '../../src/registry/register.js';
import {nodeTable} from './kernel_table.js';
import {restoreNodeUtil} from './node_util.js';
import {libraryVersion} from './tensorflow.js';

restoreNodeUtil();
registerTable('tensorflow', nodeTable);
registerFacts('tensorflow', backend => ({library: `TensorFlow ${libraryVersion(backend)}`}));
