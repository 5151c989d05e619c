import {time} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {Output} from '../peers/peer.js';

/** How runs are timed: by the time of all threads of the process, which on a software GPU is its work, or by the GPU's timer. */
export type Clock = 'processor' | 'gpu';

function processorMs(): number {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
}

/** The result, with the time that it took to compute and read it. */
async function byProcessor(run: () => Tensor): Promise<Output> {
  const start = processorMs();
  const y = run();
  const values = await y.data<'float32'>();
  return {values: () => values, ms: processorMs() - start, dispose: () => y.dispose()};
}

async function byGpu(run: () => Tensor): Promise<Output> {
  const made: Tensor[] = [];
  const {kernelMs} = await time(() => {
    made.push(run());
  });
  const values = await made[0].data<'float32'>();
  if (typeof kernelMs !== 'number') throw new Error(`no time of the GPU: ${kernelMs.error}`);
  return {values: () => values, ms: kernelMs, dispose: () => made[0].dispose()};
}

export const CLOCKS: {readonly [C in Clock]: (run: () => Tensor) => Promise<Output>} = {
  processor: byProcessor,
  gpu: byGpu,
};
