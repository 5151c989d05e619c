// Loads the backend and names the environment that tfjs-core's specs run in. Has to be evaluated before any of them.
import 'package-under-test';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import {setTestEnvs} from '@tensorflow/tfjs-core/dist/jasmine_util';
import {BACKEND, SYNC_READS} from './backend.js';

setTestEnvs([{name: BACKEND, backendName: BACKEND, isDataSync: SYNC_READS}]);
