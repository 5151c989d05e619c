/** The worker threads of one version of a model. */
import type {Worker} from 'node:worker_threads';
import {Piscina} from 'piscina';
import type {ModelSettings} from '../config/schema.js';
import {messageOf} from '../protocol/error.js';
import {transferable} from '../protocol/rows.js';
import type {ModelSpec, Tensor} from '../protocol/tensor.js';
import type {Result, Task, WorkerMemory, WorkerSetup} from './messages.js';

/** The model itself cannot compute this batch; the worker goes on. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
}

/** The worker ended, or was ended for it took too long, before it answered. */
export class WorkerDeath extends Error {
  override readonly name = 'WorkerDeath';

  constructor(
    message: string,
    readonly isTimeout: boolean,
  ) {
    super(message);
  }
}

export interface Ran {
  readonly outputs: readonly Tensor[];
  readonly computeMs: number;
  readonly memory: WorkerMemory;
}

export interface Pool {
  readonly spec: ModelSpec;
  /** What is worth to be known of the model. */
  readonly warning: string | undefined;
  /** @throws ModelFailure, WorkerDeath */
  readonly run: (inputs: readonly Tensor[]) => Promise<Ran>;
  /** Those that live now. */
  readonly threads: () => readonly Worker[];
  /** How many of them have loaded the model. */
  readonly ready: () => number;
  /** Sets what is called when one more has. */
  readonly whenReady: (listener: () => void) => void;
  readonly close: () => Promise<void>;
}

/** What the pool says of a thread, at any time. */
interface Started {
  readonly terminating: boolean;
  readonly destroyed: boolean;
}

const REVIVE_MS = 1000;

/** Starts the threads, and tries the model in each. */
export async function openPool(setup: WorkerSetup, settings: ModelSettings, onDeath: () => void): Promise<Pool> {
  const {workers, workerHeapMb, computeTimeoutMs, loadTimeoutMs} = settings;
  const piscina = new Piscina({
    filename: new URL('worker.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    workerData: setup,
    resourceLimits: {maxOldGenerationSizeMb: workerHeapMb},
    // Between two batches a worker goes through its event loop, in which memory of tensors is given back.
    atomics: 'disabled',
  });
  let isOpen = true;
  let started: Started[] = [];
  const ready = (): number => {
    started = started.filter(({terminating, destroyed}) => !terminating && !destroyed);
    return started.length;
  };
  let onReady = (): void => undefined;
  // Without a listener, a thread that dies while it has nothing to do would end the process.
  piscina.on('error', () => undefined);
  piscina.on('workerCreate', (worker: Started) => {
    started.push(worker);
    onReady();
  });
  piscina.on('workerDestroy', () => {
    if (!isOpen) return;
    onDeath();
    // The pool gives up once a thread ends while it starts; a question makes it try again.
    setTimeout(() => {
      if (isOpen && piscina.threads.length === 0) ask({kind: 'describe'}, loadTimeoutMs, []).catch(() => undefined);
    }, REVIVE_MS);
  });
  const close = async (): Promise<void> => {
    isOpen = false;
    await piscina.destroy();
  };
  const ask = async (task: Task, timeoutMs: number, transferList: ArrayBuffer[]): Promise<Result> => {
    // An abort ends the thread, which is all that stops a computation.
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return (await piscina.run(task, {transferList, signal})) as Result;
    } catch (error) {
      throw new WorkerDeath(signal.aborted ? `no answer within ${timeoutMs} ms` : messageOf(error), signal.aborted);
    }
  };
  try {
    const described = await Promise.all(
      Array.from({length: workers}, () => ask({kind: 'describe'}, loadTimeoutMs, [])),
    );
    const first = described.find(result => result.kind !== 'described') ?? described[0];
    if (first.kind !== 'described') throw new Error(first.kind === 'failed' ? first.message : first.kind);
    const {spec, warning} = first;
    const run = async (inputs: readonly Tensor[]): Promise<Ran> => {
      const result = await ask({kind: 'run', inputs}, computeTimeoutMs, transferable(inputs));
      switch (result.kind) {
        case 'ran':
          return result;
        case 'failed':
          throw new ModelFailure(result.message);
        case 'described':
          throw new Error('a worker answers another question than it was asked');
      }
    };
    const whenReady = (listener: () => void): void => {
      onReady = listener;
    };
    return {spec, warning, run, threads: () => piscina.threads, ready, whenReady, close};
  } catch (error) {
    await close();
    throw error;
  }
}
