/** A process with the kernels of this package: see process.ts. */
import {conv2d} from 'tfjs-conv';
import {accelerate} from 'tfjs-conv/accelerate';
import 'tfjs-conv/wasm';
import {measure} from './process.js';

await measure({activate: () => accelerate('wasm'), conv2d: (x, filter) => conv2d(x, filter, {pad: 'same'})});
