// The specs on our cpu kernels in place of the built-in ones.
import '../setup.js';
import '../specs.js';
import 'tfjs-conv/cpu';
import {accelerated} from '../accelerated.js';

export const verify = accelerated('cpu');
