/** The sweep of a backend of Node. */
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {setBackend} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import 'tfjs-conv/cpu';
import 'tfjs-conv/node';
import 'tfjs-conv/wasm';
import {compareLayer} from './compare_layer.js';
import {parseSweep} from './options.js';
import {sweep} from './sweep.js';
import {timeVariants} from './time_variants.js';

const options = parseSweep();
const {backend} = options;
// It has to be set up (npm run setup:node), so it is no import that a type check would look for.
if (backend === 'tensorflow') createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');
await setBackend(backend);
const isRight = await sweep(options, `Node ${process.versions.node}`, {
  compare: (layer, rounds) => compareLayer(backend, layer, rounds),
  variants: async (layer, names, rounds) => timeVariants(backend, layer, names, rounds),
});
// TensorFlow keeps the process alive.
process.exit(isRight ? 0 : 1);
