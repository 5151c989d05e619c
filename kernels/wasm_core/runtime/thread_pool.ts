import type {CoreExports, Heap} from './exports.js';

/*
 * Threads that share a memory, and compute the blocks of a plan together (assembly/threads/thread_pool.ts).
 */

/** Those who compute together; the calling thread is one of them. */
export interface Team {
  readonly members: number;
  /** Address of what they share, and its words. */
  readonly address: number;
  readonly words: Int32Array;
  /** Ends their threads. */
  readonly end: () => void;
}

/** Words of what they share, in the order of assembly/threads/thread_pool.ts. */
const [INSIDE, FAILED, MEMBERS, KERNEL, SERVED] = [2, 4, 5, 6, 13];
const TEAM_WORDS = 15;

/** What came of a job. */
const [COMPUTED, NOT_COMPUTED] = [0, 1];

/** How many chunks of blocks the others have computed. */
export const servedBy = ({words}: Team): number => Atomics.load(words, SERVED);

/**
 * A thread instantiates the core on the memory that it is sent and serves for ever. What is thrown, which no kernel
 * does, must not leave the leader waiting.
 */
const THREAD = `onmessage = ({data: {binary, memory, address, index}}) => {
  const {serve} = new WebAssembly.Instance(binary, {env: {memory}}).exports;
  try {
    serve(address, index);
  } catch (error) {
    const words = new Int32Array(memory.buffer, address, ${TEAM_WORDS});
    Atomics.store(words, ${FAILED}, 1);
    Atomics.sub(words, ${INSIDE}, 1);
    throw error;
  }
};`;

/**
 * Starts the other members; null where the page forbids that. It may do so later too: the calling thread needs none of
 * them.
 */
export function startTeam(binary: WebAssembly.Module, {memory, malloc}: Heap, members: number): Team | null {
  if (members < 2 || typeof Worker === 'undefined') return null;
  const address = malloc(TEAM_WORDS * 4);
  // Good for ever: a shared memory that grows keeps its buffers.
  const words = new Int32Array(memory.buffer, address, TEAM_WORDS).fill(0);
  words[MEMBERS] = members;
  const url = URL.createObjectURL(new Blob([THREAD], {type: 'text/javascript'}));
  const threads: Worker[] = [];
  const end = (): void => {
    threads.forEach(thread => thread.terminate());
    URL.revokeObjectURL(url);
  };
  try {
    for (let index = 1; index < members; index++) {
      const thread = new Worker(url);
      threads.push(thread);
      thread.postMessage({binary, memory, address, index});
    }
  } catch {
    end();
    return null;
  }
  return {members, address, words, end};
}

/** What a job is: a kernel by its number, what that is called with, and the plans of the members. */
export interface Job {
  readonly number: number;
  readonly size: number;
  readonly streamed: number;
  readonly plans: number;
  readonly planStep: number;
}

/**
 * Computes a job together; returns whether the kernel computes it.
 * @throws if a thread has failed.
 */
export function lead(
  run: CoreExports,
  {address, words}: Team,
  {number, size, streamed, plans, planStep}: Job,
): boolean {
  words.set([number, size, streamed, plans, planStep], KERNEL);
  const outcome = run.lead(address);
  if (outcome !== COMPUTED && outcome !== NOT_COMPUTED)
    throw new Error('tfjs-conv: a thread of the WebAssembly core failed');
  return outcome === COMPUTED;
}
