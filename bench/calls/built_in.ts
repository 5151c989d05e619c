/** A process with TensorFlow.js' own kernels: see process.ts. */
import {conv2d} from '@tensorflow/tfjs-core';
import {measure} from './process.js';

await measure({activate: () => {}, conv2d: (x, filter) => conv2d(x, filter, 1, 'same')});
