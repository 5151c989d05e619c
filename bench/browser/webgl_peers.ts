import {backend} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgl';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import 'tfjs-conv/webgl';
import {OURS} from '../peers/ours.js';
import type {Peer} from '../peers/peer.js';
import {BUILTIN, onBackend} from '../peers/tfjs.js';

/** Reads one number of what was drawn last, which waits for the GPU; gl.finish() does not wait in Chromium. */
function waitForGpu(): void {
  const {gl} = (backend() as MathBackendWebGL).gpgpu;
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, new Float32Array(4));
}

/** A call only queues what the GPU is to do: a run lasts until that is done. */
function untilDone(peer: Peer): Peer {
  const prepare: Peer['prepare'] = async (layer, x, filter) => {
    const {run, dispose} = await peer.prepare(layer, x, filter);
    return {
      run: async () => {
        const result = await run();
        waitForGpu();
        return result;
      },
      dispose,
    };
  };
  return {...peer, prepare};
}

/** Our kernels on the webgl backend. */
export const oursWebgl = untilDone(onBackend('tfjs-conv/webgl', 'webgl', OURS));

/** The built-in kernels of tfjs-backend-webgl. */
export const tfjsWebgl = untilDone(onBackend('tfjs-webgl', 'webgl', BUILTIN));
