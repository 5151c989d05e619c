// The specs on the portable kernels (no cpu kernels imported) in place of the built-in ones.
import '../setup.js';
import '../specs.js';
import {accelerated} from '../accelerated.js';

export const verify = accelerated('cpu');
