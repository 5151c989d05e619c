import '@tensorflow/tfjs-backend-webgl';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {backend, env, setBackend, square, tidy, time, zeros} from '@tensorflow/tfjs-core';
import 'tfjs-conv/webgl';
import {OUR_OPS} from '../peers/our_ops.js';
import type {Output, Prepared} from '../peers/peer.js';
import {BUILTIN_OPS, onBackend} from '../peers/tfjs.js';
import type {BackendPeer, LayerOps} from '../peers/tfjs.js';

/** Makes the context and what every program needs, so that no peer's first call pays for it. */
export async function startWebgl(): Promise<void> {
  await setBackend('webgl');
  // As many elements as the backend does not leave to the CPU.
  tidy(() => square(zeros([4096])).dataSync());
}

/** Waits until the GPU has done what it was told to: reads a pixel of the last result. */
export function finish(): void {
  const {gl} = (backend() as MathBackendWebGL).gpgpu;
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, new Float32Array(4));
}

/** Whether the backend has a timer of the GPU. */
const hasTimer = (): boolean => env().getBool('WEBGL_DISJOINT_QUERY_TIMER_EXTENSION_RELIABLE');

/** LayerOps with the time that the GPU was busy. */
async function onTimer(run: Prepared['run']): Promise<Output> {
  let running: Output | Promise<Output> | undefined;
  const {kernelMs} = await time(() => {
    running = run();
  });
  if (running === undefined) throw new Error('tf.time() ran nothing');
  if (typeof kernelMs !== 'number') throw new Error(`no time of the GPU: ${kernelMs.error}`);
  return {...(await running), ms: kernelMs};
}

/** To the end, and without the copy of the result: the time of the GPU where there is a timer, otherwise of all of it. */
export function toTheEnd({run, dispose}: Prepared): Prepared {
  const waited = async () => {
    const output = await run();
    finish();
    return output;
  };
  return {run: hasTimer() ? () => onTimer(run) : waited, dispose};
}

const onWebgl = (name: string, ops: LayerOps): BackendPeer => {
  const peer = onBackend(name, 'webgl', ops);
  return {...peer, prepare: async (...layer) => toTheEnd(await peer.prepare(...layer))};
};

/** Our kernels on the webgl backend. */
export const oursWebgl = onWebgl('tfjs-conv/webgl', OUR_OPS);

/** The built-in kernels of tfjs-backend-webgl. */
export const tfjsWebgl = onWebgl('tfjs-webgl', BUILTIN_OPS);
