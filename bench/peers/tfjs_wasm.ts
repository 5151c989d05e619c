import {setThreadsCount} from '@tensorflow/tfjs-backend-wasm';
import {BUILTIN, onBackend} from './tfjs.js';

setThreadsCount(1);

/** The built-in kernels of tfjs-backend-wasm (XNNPACK), SIMD, one thread. */
export const tfjsWasm = onBackend('tfjs-wasm', 'wasm', BUILTIN);
