import '@tensorflow/tfjs-backend-webgpu';
import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {backend, setBackend} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import 'tfjs-conv/webgpu';
import {OUR_OPS} from '../peers/our_ops.js';
import type {Output} from '../peers/peer.js';
import {onBackend} from '../peers/tfjs.js';
import {startWebgl} from './webgl.js';

/** Makes the device and the context of webgl, so that no peer's first call pays for it. */
export async function startWebgpu(): Promise<void> {
  await startWebgl();
  await setBackend('webgpu');
}

/** Runs until the GPU has done what it was told to; what it has made is read after that. */
async function toTheEnd(run: () => Tensor): Promise<Output> {
  const start = performance.now();
  const y = run();
  const gpu = backend() as WebGPUBackend;
  gpu.ensureCommandEncoderReady();
  gpu.endComputePassEncoder();
  gpu.submitQueue();
  await gpu.device.queue.onSubmittedWorkDone();
  const ms = performance.now() - start;
  const values = await y.data<'float32'>();
  return {values: () => values, ms, dispose: () => y.dispose()};
}

/** Our kernels on the webgpu backend. */
export const oursWebgpu = onBackend('tfjs-conv/webgpu', 'webgpu', OUR_OPS, toTheEnd);
