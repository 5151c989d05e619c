import type {CoreExports, Heap} from './core.js';

/*
 * Threads that share a memory, and compute the blocks of a plan together (assembly/team.ts).
 */

/** Those who compute together; the calling thread is one of them. */
export interface Team {
  readonly members: number;
  /** Address of what they share. */
  readonly address: number;
  /** How many chunks of blocks the others have computed. */
  readonly served: () => number;
  /** Ends their threads. */
  readonly end: () => void;
}

/** Words of what they share, in the order of assembly/team.ts. */
const [INSIDE, FAILED, MEMBERS, KERNEL, PLANS, SERVED] = [2, 4, 5, 6, 9, 13];
const TEAM_WORDS = 14;

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
 * Starts the other members. A page may forbid that, then or later: the calling thread needs none of them.
 */
export function startTeam(binary: WebAssembly.Module, {memory, malloc}: Heap, members: number): Team|null {
  if (members < 2 || typeof Worker === 'undefined') return null;
  const address = malloc(TEAM_WORDS * 4);
  const words = new Int32Array(memory.buffer, address, TEAM_WORDS).fill(0);
  words[MEMBERS] = members;
  const url = URL.createObjectURL(new Blob([THREAD], {type: 'text/javascript'}));
  const threads: Worker[] = [];
  try {
    for (let index = 1; index < members; index++) {
      const thread = new Worker(url);
      threads.push(thread);
      thread.postMessage({binary, memory, address, index});
    }
  } catch {
    return null;
  }
  return {members, address, served: () => Atomics.load(words, SERVED), end: () => threads.forEach(thread => thread.terminate())};
}

/** What a job is: a kernel by its number, what that is called with, and the plans of the members. */
export interface Job {
  readonly kernel: number;
  readonly size: number;
  readonly streamed: number;
  readonly plans: number;
  readonly planStep: number;
}

/** Computes a job together. */
export function lead(run: CoreExports, words: Int32Array, {address}: Team, {kernel, size, streamed, plans, planStep}: Job): void {
  const at = address / 4;
  words.set([kernel, size, streamed], at + KERNEL);
  words.set([plans, planStep], at + PLANS);
  if (run.lead(address) !== 0) throw new Error('tfjs-conv: a thread of the WebAssembly core failed');
}
