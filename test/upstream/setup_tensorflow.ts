// The same as setup.ts for backend tensorflow.
import './load_tfjs_node.cjs';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import {setTestEnvs} from '@tensorflow/tfjs-core/dist/jasmine_util';

setTestEnvs([{name: 'tensorflow', backendName: 'tensorflow', isDataSync: true}]);
