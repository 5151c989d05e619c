import * as tf from '@tensorflow/tfjs';
import LIST from '../../kernels/backends.json';
import {gpuErrors} from './load/gpu_errors.js';

/** Backends whose values have to be awaited. */
const AWAITED = new Set(LIST.filter(({tests}) => !tests.syncReads).map(({name}) => name));

let isDeferred = false;

/** From now on values that browsers have to await are awaited by settled(), so that the GPU works meanwhile. */
export function deferReads(): void {
  isDeferred = true;
}

const pending: Array<Promise<void>> = [];

/** Passes the values of a tensor to a check: at once, or, where they have to be awaited, before settled() returns. */
export function withValues(tensor: tf.Tensor, check: (values: ArrayLike<number>) => void): void {
  if (!isDeferred || !AWAITED.has(tf.getBackend())) return check(tensor.dataSync());
  const kept = tf.keep(tensor.clone());
  pending.push(
    kept
      .data()
      .then(check)
      .finally(() => kept.dispose()),
  );
}

/** Fails where the GPU has complained. */
export async function expectNoGpuErrors(): Promise<void> {
  // Errors come after what was asked for.
  await new Promise(resolve => setTimeout(resolve, 0));
  const errors = gpuErrors.splice(0);
  if (errors.length > 0) throw new Error(`errors of the GPU:\n${errors.join('\n')}`);
}

/** Waits for all checks. Fails with the first one that fails, and where the GPU has complained. */
export async function settled(): Promise<void> {
  const results = await Promise.allSettled(pending.splice(0));
  await expectNoGpuErrors();
  for (const result of results) {
    if (result.status === 'rejected') throw result.reason;
  }
}
