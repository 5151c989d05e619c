/** Sets a backend of TensorFlow.js up in this thread. */
import * as tf from '@tensorflow/tfjs-core';
import type {BackendName} from '../config/schema.js';

/** Only those who want this backend install it; the compiler need not find it. */
const TFJS_NODE: string = '@tensorflow/tfjs-node';

interface Imports {
  readonly backend: () => Promise<unknown>;
  /** The kernels of tfjs-conv for it. */
  readonly kernels: () => Promise<unknown>;
}

const IMPORTS: {readonly [B in BackendName]: Imports} = {
  wasm: {
    backend: async () => {
      const {setThreadsCount} = await import('@tensorflow/tfjs-backend-wasm');
      // The pool has the threads.
      setThreadsCount(1);
    },
    kernels: () => import('tfjs-conv/wasm'),
  },
  cpu: {backend: () => import('@tensorflow/tfjs-backend-cpu'), kernels: () => import('tfjs-conv/cpu')},
  tensorflow: {backend: () => import(TFJS_NODE), kernels: () => import('tfjs-conv/node')},
};

export async function setUpBackend(name: BackendName, isAccelerated: boolean): Promise<void> {
  const {backend, kernels} = IMPORTS[name];
  await backend();
  if (isAccelerated) await kernels();
  if (!(await tf.setBackend(name))) throw new Error(`backend ${name} does not start here`);
  await tf.ready();
  if (isAccelerated) (await import('tfjs-conv/accelerate')).accelerate(name);
}
