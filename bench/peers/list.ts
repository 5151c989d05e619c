// Written by `npm run backends`, from kernels/backends.json.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';

/** The backends that are measured in Node. */
export const BACKENDS = ['cpu', 'wasm'] as const;
