// The specs on our wasm kernels in place of the built-in ones.
import '../setup_wasm.js';
import '../specs.js';
import 'tfjs-conv/wasm';
import {accelerated} from '../accelerated.js';

export const verify = accelerated('wasm');
