/** Sets a backend of TensorFlow.js up in this thread. */
import * as tf from '@tensorflow/tfjs-core';
import {accelerate} from 'tfjs-conv/accelerate';
import type {BackendName} from '../config/schema.js';

/** Only those who want this backend install it; the compiler need not find it. */
const TFJS_NODE: string = '@tensorflow/tfjs-node';

/** Imports the backend, and the kernels of tfjs-conv for it. */
const IMPORTS: {readonly [B in BackendName]: () => Promise<unknown>} = {
  wasm: async () => {
    const {setThreadsCount} = await import('@tensorflow/tfjs-backend-wasm');
    // The pool has the threads.
    setThreadsCount(1);
    await import('tfjs-conv/wasm');
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await import('tfjs-conv/cpu');
  },
  tensorflow: async () => {
    await import(TFJS_NODE);
    await import('tfjs-conv/node');
  },
};

export async function setUpBackend(name: BackendName, isAccelerated: boolean): Promise<void> {
  await IMPORTS[name]();
  if (!(await tf.setBackend(name))) throw new Error(`backend ${name} does not start here`);
  await tf.ready();
  if (isAccelerated) accelerate(name);
}
