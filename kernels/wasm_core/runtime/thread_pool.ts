import {OUTCOME, THREAD_POOL, THREAD_POOL_WORDS} from '../generated/layout.js';
import {KERNEL_RULES, kernelError} from '../../../src/errors.js';
import type {CoreExports, Heap} from './exports.js';
import {nodeModule} from './node.js';
import {hasWorkers, startWorkers} from './workers.js';
import type {End} from './workers.js';

/*
 * Threads that share a memory, and compute the blocks of a plan together (assembly/threads/thread_pool.ts).
 */

/** Threads that compute together; the calling thread is one of them. */
export interface ThreadPool {
  readonly threads: number;
  /** Address of the memory that they share, and its words. */
  readonly address: number;
  readonly words: Int32Array;
  /**
   * Starts the workers where there are none; returns whether tasks may be computed together. The calling thread needs
   * none of the workers, so that nobody waits until they run.
   */
  readonly start: () => boolean;
  /** Ends the workers for good. */
  readonly end: End;
}

/** How many chunks of blocks the workers have computed. */
export const workerChunks = ({words}: ThreadPool): number => Atomics.load(words, THREAD_POOL.workerChunks);

/**
 * How often a worker in Node looks for the next task before it sleeps: some 100 microseconds, longer than most of what a
 * network does between two convolutions.
 */
const SPINS = 100000;
/** Milliseconds without a task after which a worker in Node ends: nobody may ever dispose of its backend. */
const IDLE = 60000;

/** A pool on a shared memory, whose workers are still to be started; null where there are none. */
export function createThreadPool(binary: WebAssembly.Module, heap: Heap, threads: number): ThreadPool | null {
  if (threads < 2 || !hasWorkers()) return null;
  const {memory} = heap;
  const address = heap.malloc(THREAD_POOL_WORDS * 4);
  // Good for ever: a shared memory that grows keeps its buffers.
  const words = new Int32Array(memory.buffer, address, THREAD_POOL_WORDS).fill(0);
  words[THREAD_POOL.threads] = threads;
  if (nodeModule('node:worker_threads') !== undefined) {
    words[THREAD_POOL.sleeps] = 1;
    words[THREAD_POOL.spins] = SPINS;
    words[THREAD_POOL.idle] = IDLE;
  }
  let isOver = false;
  let endWorkers: End = () => {};
  return {
    threads,
    address,
    words,
    start() {
      if (isOver || Atomics.load(words, THREAD_POOL.workers) > 0) return !isOver;
      const starts = Array.from({length: threads - 1}, (_, i) => ({binary, memory, address, index: i + 1}));
      Atomics.store(words, THREAD_POOL.workers, starts.length);
      try {
        endWorkers = startWorkers(starts);
      } catch {
        isOver = true;
      }
      return !isOver;
    },
    end() {
      isOver = true;
      endWorkers();
    },
  };
}

/** A kernel by its number, what it is called with, and the plans of the threads. */
export interface Task {
  readonly kernel: number;
  readonly size: number;
  readonly streamed: number;
  readonly plans: number;
  readonly planStep: number;
}

/** How often the calling thread waits a tenth of a second for workers, and multiplications that add another time. */
const [WAITS, WAIT_MULTIPLICATIONS] = [20, 1e7];

/**
 * Computes a task of so many multiplications together; returns whether the kernel computes it.
 * @throws if a thread has failed, or has ended in the middle. The memory is not to be used any more then, as one that is
 * only late would still write to it.
 */
export function runTask(
  run: CoreExports,
  {address, words, end}: ThreadPool,
  {kernel, size, streamed, plans, planStep}: Task,
  multiplications: number,
): boolean {
  words[THREAD_POOL.kernel] = kernel;
  words[THREAD_POOL.size] = size;
  words[THREAD_POOL.streamed] = streamed;
  words[THREAD_POOL.plans] = plans;
  words[THREAD_POOL.planStep] = planStep;
  let outcome = run.runTask(address);
  for (let waits = WAITS + multiplications / WAIT_MULTIPLICATIONS; outcome === OUTCOME.WAITING && waits > 0; waits--) {
    outcome = run.finishTask(address);
  }
  if (outcome !== OUTCOME.COMPUTED && outcome !== OUTCOME.NOT_COMPUTED) {
    end();
    throw kernelError(KERNEL_RULES.threads, {outcome});
  }
  return outcome === OUTCOME.COMPUTED;
}
