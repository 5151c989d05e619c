/** What happened to the requests of one model: totals for the statistics extension, seconds for the status page. */
import type {BatchReport} from '../batching/batcher.js';

const SECONDS = 120;

export interface Second {
  readonly second: number;
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Duration {
  count: number;
  ms: number;
}

export interface Statistics {
  readonly totals: {
    readonly success: Duration;
    readonly fail: Duration;
    readonly queue: Duration;
    readonly compute: Duration;
    inferences: number;
    executions: number;
    lastInference: number;
  };
  readonly batchSizes: Map<number, Duration>;
  readonly addBatch: (batch: BatchReport) => void;
  readonly addRequest: (ms: number, isSuccess: boolean) => void;
  /** The last two minutes, without seconds in which nothing happened. */
  readonly seconds: () => Second[];
}

/** The value that a share of the sorted values does not exceed. */
function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

interface Current {
  readonly second: number;
  readonly latencies: number[];
  failed: number;
}

function summary({second, latencies, failed}: Current): Second {
  const sorted = Float64Array.from(latencies).sort();
  return {
    second,
    requests: sorted.length,
    failed,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
  };
}

const duration = (): Duration => ({count: 0, ms: 0});

function add(sum: Duration, ms: number): void {
  sum.count++;
  sum.ms += ms;
}

export function createStatistics(): Statistics {
  const totals = {
    success: duration(),
    fail: duration(),
    queue: duration(),
    compute: duration(),
    inferences: 0,
    executions: 0,
    lastInference: 0,
  };
  const batchSizes = new Map<number, Duration>();
  // Sums of seconds that are over: those who look at the status page cost the server nothing more.
  let past: Second[] = [];
  let current: Current = {second: 0, latencies: [], failed: 0};
  return {
    totals,
    batchSizes,
    addBatch: ({rows, queueMs, computeMs}) => {
      for (const ms of queueMs) add(totals.queue, ms);
      add(totals.compute, computeMs);
      totals.inferences += rows;
      totals.executions++;
      totals.lastInference = Date.now();
      const size = batchSizes.get(rows) ?? duration();
      batchSizes.set(rows, size);
      add(size, computeMs);
    },
    addRequest: (ms, isSuccess) => {
      add(isSuccess ? totals.success : totals.fail, ms);
      const second = Math.floor(Date.now() / 1000);
      if (second !== current.second) {
        past = [...past, summary(current)].filter(one => one.second > second - SECONDS);
        current = {second, latencies: [], failed: 0};
      }
      current.latencies.push(ms);
      if (!isSuccess) current.failed++;
    },
    seconds: () => {
      const from = Math.floor(Date.now() / 1000) - SECONDS;
      return [...past, summary(current)].filter(({second}) => second > from);
    },
  };
}
