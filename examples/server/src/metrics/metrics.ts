/** Prometheus' view of the server. */
import {collectDefaultMetrics, Counter, Gauge, Histogram, Registry} from 'prom-client';

const SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const MODEL = ['model', 'version'] as const;

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({register: registry, prefix: 'tfjs_server_'});
  const histogram = (name: string, help: string, buckets = SECONDS) =>
    new Histogram({name: `tfjs_server_${name}`, help, labelNames: MODEL, buckets, registers});
  const gauge = (name: string, help: string) =>
    new Gauge({name: `tfjs_server_${name}`, help, labelNames: MODEL, registers});
  return {
    registry,
    requests: new Counter({
      name: 'tfjs_server_requests_total',
      help: 'Answers to requests for inference by their status; 499 where the client went before',
      labelNames: [...MODEL, 'status'] as const,
      registers,
    }),
    requestSeconds: histogram('request_seconds', 'Time from a request to its answer'),
    queueSeconds: histogram('queue_seconds', 'Time that requests waited for a worker'),
    computeSeconds: histogram('compute_seconds', 'Time of a batch in a worker'),
    batchRows: histogram('batch_rows', 'Rows of a batch', [1, 2, 4, 8, 16, 32, 64, 128, 256]),
    queueLength: gauge('queue_length', 'Requests that wait for a worker'),
    batchesRunning: gauge('batches_running', 'Batches that workers compute'),
    workers: gauge('workers', 'Worker threads that live'),
    workerTensors: gauge('worker_tensors', 'Tensors in the worker that ran last, after its batch'),
    workerTensorBytes: gauge('worker_tensor_bytes', 'Bytes of these tensors'),
    workerDeaths: new Counter({
      name: 'tfjs_server_worker_deaths_total',
      help: 'Workers that ended and were replaced',
      labelNames: MODEL,
      registers,
    }),
    refused: new Counter({
      name: 'tfjs_server_refused_total',
      help: 'Requests that were refused before they reached a model',
      labelNames: ['reason'] as const,
      registers,
    }),
    pendingBytes: new Gauge({name: 'tfjs_server_pending_bytes', help: 'Bytes of requests in the process', registers}),
    ready: new Gauge({name: 'tfjs_server_ready', help: '1 while the server is ready', registers}),
  };
}
