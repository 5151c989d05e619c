// The specs on our kernels for tfjs-node in place of the built-in ones.
import '../setup_tensorflow.js';
import '../specs.js';
import 'tfjs-conv/node';
import {accelerated} from '../accelerated.js';

export const verify = accelerated('tensorflow');
