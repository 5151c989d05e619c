import {THREAD_POOL, THREAD_POOL_WORDS} from '../generated/layout.js';
import {nodeModule} from './node.js';
import type {NodeWorker} from './node.js';

/*
 * Worker threads of pages and of Node.
 */

/** What a worker is sent. */
export interface WorkerStart {
  readonly binary: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly address: number;
  readonly index: number;
}

/**
 * A worker instantiates the core on the memory that it is sent, and computes tasks. If something is thrown, which no
 * kernel does, the calling thread must not wait for this one.
 */
const WORK = `({binary, memory, address, index}) => {
  const {runWorker} = new WebAssembly.Instance(binary, {env: {memory}}).exports;
  const words = new Int32Array(memory.buffer, address, ${THREAD_POOL_WORDS});
  try {
    runWorker(address, index);
    Atomics.sub(words, ${THREAD_POOL.workers}, 1);
  } catch (error) {
    Atomics.store(words, ${THREAD_POOL.failed}, 1);
    Atomics.sub(words, ${THREAD_POOL.active}, 1);
    throw error;
  }
}`;

/** Ends workers. */
export type End = () => void;

/** @throws where the page forbids it. */
function startOnPage(starts: readonly WorkerStart[]): End {
  const source = `onmessage = ({data}) => (${WORK})(data);`;
  const url = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
  const workers: Worker[] = [];
  const end = (): void => {
    workers.forEach(worker => worker.terminate());
    URL.revokeObjectURL(url);
  };
  try {
    for (const start of starts) {
      const worker = new Worker(url);
      workers.push(worker);
      // Bun, whose workers are those of a page, lets a process end only if they are not counted.
      if ('unref' in worker && typeof worker.unref === 'function') worker.unref();
      worker.postMessage(start);
    }
  } catch (error) {
    end();
    throw error;
  }
  return end;
}

/** Node runs the source as CommonJS or as a module, whichever its options say: it is neither. */
const NODE_WORK = `(${WORK})(process.getBuiltinModule('node:worker_threads').workerData);`;

/** Nothing of the process goes on in a worker: no options, loaders or variables of the environment. */
const NODE_OPTIONS = {eval: true, execArgv: [], env: {}, trackUnmanagedFds: false, name: 'tfjs-conv'};

/** The workers do not keep the process alive. @throws where Node's permissions forbid them. */
function startInNode(
  NodeThread: new (source: string, options: object) => NodeWorker,
  starts: readonly WorkerStart[],
): End {
  const workers: NodeWorker[] = [];
  const end = (): void => workers.forEach(worker => worker.terminate());
  try {
    for (const start of starts) {
      const worker = new NodeThread(NODE_WORK, {...NODE_OPTIONS, workerData: start});
      // One that fails leaves its work to the others. Without a listener the process would end.
      worker.on('error', () => {});
      worker.unref();
      workers.push(worker);
    }
  } catch (error) {
    end();
    throw error;
  }
  return end;
}

/** Whether there are workers here, which may turn out to be forbidden. */
export const hasWorkers = (): boolean =>
  nodeModule('node:worker_threads') !== undefined || typeof Worker !== 'undefined';

/** Starts workers, and returns what ends them. They need not be running when it returns. @throws where it is forbidden. */
export function startWorkers(starts: readonly WorkerStart[]): End {
  const threads = nodeModule('node:worker_threads');
  return threads === undefined ? startOnPage(starts) : startInNode(threads.Worker, starts);
}
