import '@tensorflow/tfjs-backend-cpu';
import {BUILTIN, onBackend} from './tfjs.js';

/** The built-in kernels of tfjs-backend-cpu. */
export const tfjsCpu = onBackend('tfjs-cpu', 'cpu', BUILTIN);
