/** A network in a process of its own: node prepare_process.mjs <backend> <kernels> <state> <network>; writes Times as JSON. */
import {createRequire} from 'node:module';
import {join} from 'node:path';
import '@tensorflow/tfjs-backend-wasm';
import {setBackend} from '@tensorflow/tfjs-core';
import 'tfjs-conv/node';
import 'tfjs-conv/wasm';
import {useKernels} from '../peers/kernels.js';
import {STATES, timesOf} from './times.js';

const [backend, kernels, state, name] = process.argv.slice(2);
// It has to be set up (npm run setup:node), so it is no import that a type check would look for.
if (backend === 'tensorflow') createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');
await setBackend(backend);
useKernels(backend, kernels === 'ours' ? 'ours' : 'built-in');
console.log(JSON.stringify(await timesOf(name, state === STATES[1] ? STATES[1] : STATES[0])));
