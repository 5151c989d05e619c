import {time} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {Output} from '../peers/peer.js';

/**
 * How runs are timed until their results have been read: by the time of all threads of the process, which on a software GPU is
 * its work, or by the clock; or by the timer of the GPU, which only TensorFlow.js' programs have.
 */
export type Clock = 'processor' | 'wall' | 'gpu';

function processorMs(): number {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
}

const NOW: {readonly [C in Exclude<Clock, 'gpu'>]: () => number} = {
  processor: processorMs,
  wall: () => performance.now(),
};

export const isClock = (name: string): name is Clock => name === 'gpu' || name in NOW;

/** The result of what reads it itself, with the time that it took. */
export async function untilRead(clock: Exclude<Clock, 'gpu'>, run: () => Output | Promise<Output>): Promise<Output> {
  const start = NOW[clock]();
  const output = await run();
  return {...output, ms: NOW[clock]() - start};
}

const read = async (y: Tensor): Promise<Output> => {
  const values = await y.data<'float32'>();
  return {values: () => values, dispose: () => y.dispose()};
};

async function byGpu(run: () => Tensor): Promise<Output> {
  const made: Tensor[] = [];
  const {kernelMs} = await time(() => {
    made.push(run());
  });
  if (typeof kernelMs !== 'number') throw new Error(`no time of the GPU: ${kernelMs.error}`);
  return {...(await read(made[0])), ms: kernelMs};
}

/** The values of a tensor, with the time that it took to compute it. */
export const timedTensor = (clock: Clock, run: () => Tensor): Promise<Output> =>
  clock === 'gpu' ? byGpu(run) : untilRead(clock, () => read(run()));
