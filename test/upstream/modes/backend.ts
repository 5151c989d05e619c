// The specs on our kernels of one backend in place of the built-in ones. The bundler says which: see bundle.mjs.
import '../setup.js';
import '../specs.js';
import 'kernels-under-test';
import {accelerated} from '../accelerated.js';
import {BACKEND} from '../backend.js';

export const verify = accelerated(BACKEND);
