import {OUTCOME, THREAD_POOL, THREAD_POOL_WORDS} from '../generated/layout.js';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import type {CoreExports, Heap} from './exports.js';

/*
 * Threads that share a memory, and compute the blocks of a plan together (assembly/threads/thread_pool.ts).
 */

/** Threads that compute together; the calling thread is one of them. */
export interface ThreadPool {
  readonly threads: number;
  /** Address of the memory that they share, and its words. */
  readonly address: number;
  readonly words: Int32Array;
  /** Ends the worker threads. */
  readonly end: () => void;
}

/** How many chunks of blocks the worker threads have computed. */
export const workerChunks = ({words}: ThreadPool): number => Atomics.load(words, THREAD_POOL.workerChunks);

/**
 * A worker thread instantiates the core on the memory that it is sent, and computes tasks for ever. If something is
 * thrown, which no kernel does, the calling thread must not wait for this one.
 */
const WORKER = `onmessage = ({data: {binary, memory, address, index}}) => {
  const {runWorker} = new WebAssembly.Instance(binary, {env: {memory}}).exports;
  try {
    runWorker(address, index);
  } catch (error) {
    const words = new Int32Array(memory.buffer, address, ${THREAD_POOL_WORDS});
    Atomics.store(words, ${THREAD_POOL.failed}, 1);
    Atomics.sub(words, ${THREAD_POOL.active}, 1);
    throw error;
  }
};`;

/**
 * Starts the worker threads; null where the page forbids that. It may do so later too: the calling thread needs none of
 * them.
 */
export function startThreadPool(
  binary: WebAssembly.Module,
  {memory, malloc}: Heap,
  threads: number,
): ThreadPool | null {
  if (threads < 2 || typeof Worker === 'undefined') return null;
  const address = malloc(THREAD_POOL_WORDS * 4);
  // Good for ever: a shared memory that grows keeps its buffers.
  const words = new Int32Array(memory.buffer, address, THREAD_POOL_WORDS).fill(0);
  words[THREAD_POOL.threads] = threads;
  const url = URL.createObjectURL(new Blob([WORKER], {type: 'text/javascript'}));
  const workers: Worker[] = [];
  const end = (): void => {
    workers.forEach(worker => worker.terminate());
    URL.revokeObjectURL(url);
  };
  try {
    for (let index = 1; index < threads; index++) {
      const worker = new Worker(url);
      workers.push(worker);
      worker.postMessage({binary, memory, address, index});
    }
  } catch {
    end();
    return null;
  }
  return {threads, address, words, end};
}

/** A kernel by its number, what it is called with, and the plans of the threads. */
export interface Task {
  readonly kernel: number;
  readonly size: number;
  readonly streamed: number;
  readonly plans: number;
  readonly planStep: number;
}

/**
 * Computes a task together; returns whether the kernel computes it.
 * @throws if a thread has failed.
 */
export function runTask(
  run: CoreExports,
  {address, words}: ThreadPool,
  {kernel, size, streamed, plans, planStep}: Task,
): boolean {
  words[THREAD_POOL.kernel] = kernel;
  words[THREAD_POOL.size] = size;
  words[THREAD_POOL.streamed] = streamed;
  words[THREAD_POOL.plans] = plans;
  words[THREAD_POOL.planStep] = planStep;
  const outcome = run.runTask(address);
  if (outcome !== OUTCOME.COMPUTED && outcome !== OUTCOME.NOT_COMPUTED) {
    throw kernelError(KERNEL_RULES.threads, {outcome});
  }
  return outcome === OUTCOME.COMPUTED;
}
