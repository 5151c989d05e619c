/** Dynamic batching: requests that arrive close to each other run as one batch, as soon as a worker is free. */
import {ProtocolError, timedOut, unavailable} from '../protocol/error.js';
import {joinRows, sliceRows} from '../protocol/rows.js';
import type {ModelSpec, Tensor} from '../protocol/tensor.js';
import {ModelFailure, type Ran, WorkerDeath} from '../workers/pool.js';
import {dropItem, type Item, type Limits, putItem, type Queue, takeBatch} from './queue.js';

export interface BatcherOptions extends Limits {
  readonly spec: ModelSpec;
  /** How many batches can run at a time, now. */
  readonly capacity: () => number;
  readonly maxQueue: number;
  readonly run: (inputs: readonly Tensor[]) => Promise<Ran>;
  readonly onBatch: (batch: BatchReport) => void;
}

export interface BatchReport extends Omit<Ran, 'outputs'> {
  readonly rows: number;
  readonly requests: number;
  readonly queueMs: readonly number[];
}

/** A request that was taken. */
export interface Ticket {
  /** Rejects with a ProtocolError where the model or its workers fail, and with what `cancel` was called with. */
  readonly outputs: Promise<readonly Tensor[]>;
  /** Gives up the place in the queue; without effect once it is answered. */
  readonly cancel: (reason: ProtocolError) => void;
}

export interface Batcher {
  /** @throws a ProtocolError where the queue is full. */
  readonly submit: (inputs: readonly Tensor[]) => Ticket;
  /** @throws a ProtocolError where the queue is full. */
  readonly checkRoom: () => void;
  readonly waiting: () => number;
  readonly running: () => number;
  /** Is called when capacity has grown. */
  readonly wake: () => void;
  /** Is done when everything that was submitted is answered. */
  readonly drained: () => Promise<void>;
}

/** A request is tried in company, and then once more alone. */
const MAX_TRIES = 2;

export function createBatcher(options: BatcherOptions): Batcher {
  const {spec, capacity, maxQueue, run, onBatch} = options;
  const queue: Queue = new Map();
  let waiting = 0;
  let running = 0;
  let numbers = 0;
  let timer: NodeJS.Timeout | undefined;
  let onIdle: (() => void)[] = [];

  const keyOf = (inputs: readonly Tensor[]): string =>
    spec.batches ? inputs.map(({shape}) => shape.slice(1).join('x')).join(' ') : alone();
  const alone = (): string => `alone ${numbers++}`;

  function checkRoom(): void {
    if (waiting >= maxQueue) throw unavailable(`${waiting} requests wait for this model, which is the limit`);
  }

  function pump(): void {
    clearTimeout(timer);
    timer = undefined;
    while (running < capacity() && waiting > 0) {
      const {batch, dueMs} = takeBatch(queue, performance.now(), options);
      if (batch.length === 0) {
        timer = setTimeout(pump, Math.max(0, dueMs - performance.now()));
        return;
      }
      waiting -= batch.length;
      running++;
      void runBatch(batch).finally(() => {
        running--;
        pump();
      });
    }
    if (waiting === 0 && running === 0) {
      for (const resolve of onIdle) resolve();
      onIdle = [];
    }
  }

  async function runBatch(batch: readonly Item[]): Promise<void> {
    const started = performance.now();
    try {
      // The inputs are copied, even those of a single request, since they move to the worker and may be needed again.
      const {outputs, computeMs, memory} = await run(
        spec.inputs.map((_, i) => joinRows(batch.map(({inputs}) => inputs[i]))),
      );
      let row = 0;
      for (const item of batch) {
        item.resolve(spec.batches ? outputs.map(output => sliceRows(output, row, row + item.rows)) : outputs);
        row += item.rows;
      }
      const queueMs = batch.map(({arrivedMs}) => started - arrivedMs);
      onBatch({rows: row, requests: batch.length, queueMs, computeMs, memory});
    } catch (error) {
      for (const item of batch) retry(item, batch.length, error);
    }
  }

  /** Whatever one request of a batch brought about, the others are to be answered, so that each runs again alone. */
  function retry(item: Item, company: number, error: unknown): void {
    if (item.isDone) return;
    item.tries++;
    const isHopeless =
      company === 1 && (error instanceof ModelFailure || (error instanceof WorkerDeath && error.isTimeout));
    if (isHopeless || item.tries >= MAX_TRIES) return item.reject(failure(error));
    item.key = alone();
    waiting++;
    putItem(queue, item);
  }

  function submit(inputs: readonly Tensor[]): Ticket {
    checkRoom();
    const {promise: outputs, resolve, reject} = deferred<readonly Tensor[]>();
    const settle =
      <T>(settled: (value: T) => void) =>
      (value: T): void => {
        item.isDone = true;
        settled(value);
      };
    const item: Item = {
      inputs,
      rows: spec.batches ? inputs[0].shape[0] : 1,
      key: keyOf(inputs),
      arrivedMs: performance.now(),
      tries: 0,
      isDone: false,
      resolve: settle(resolve),
      reject: settle(reject),
    };
    const cancel = (reason: ProtocolError): void => {
      if (item.isDone) return;
      if (dropItem(queue, item)) waiting--;
      item.reject(reason);
      pump();
    };
    waiting++;
    putItem(queue, item);
    pump();
    return {outputs, cancel};
  }

  const drained = (): Promise<void> =>
    waiting === 0 && running === 0 ? Promise.resolve() : new Promise(resolve => onIdle.push(resolve));
  return {submit, checkRoom, waiting: () => waiting, running: () => running, wake: pump, drained};
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    [resolve, reject] = [onResolve, onReject];
  });
  return {promise, resolve, reject};
}

/** What a client is told when its request failed for good. */
function failure(error: unknown): ProtocolError {
  if (error instanceof ModelFailure) return new ProtocolError(500, `the model failed: ${error.message.slice(0, 1000)}`);
  if (error instanceof WorkerDeath && error.isTimeout) return timedOut(`the model took too long: ${error.message}`);
  return unavailable(`the worker ended before it answered: ${error instanceof Error ? error.message : String(error)}`);
}
