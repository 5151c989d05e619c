// The same as setup.ts for backend wasm.
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import {setTestEnvs} from '@tensorflow/tfjs-core/dist/jasmine_util';

// The bundle stands elsewhere than the package's binaries.
setWasmPaths(`${process.cwd()}/node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/`);
setTestEnvs([{name: 'wasm', backendName: 'wasm', isDataSync: true}]);
