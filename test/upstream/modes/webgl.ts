// The specs on our kernels for webgl in place of the built-in ones.
import '../setup_webgl.js';
import '../specs.js';
import {accelerated} from '../accelerated.js';

export const verify = accelerated('webgl');
