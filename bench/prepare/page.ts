/** What the page does: it runs a network on backend webgl, in a page that has run nothing else. */
import '@tensorflow/tfjs-backend-webgl';
import {setBackend} from '@tensorflow/tfjs-core';
import 'tfjs-conv/webgl';
import {useKernels} from '../peers/kernels.js';
import {timesOf} from './times.js';
import type {State, Times} from './times.js';

declare global {
  var tfjsConvPrepare: (kernels: 'ours' | 'built-in', state: State, name: string) => Promise<Times>;
}

globalThis.tfjsConvPrepare = async (kernels, state, name) => {
  await setBackend('webgl');
  useKernels('webgl', kernels);
  return timesOf(name, state);
};
