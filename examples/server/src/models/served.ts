/** One version of a model that serves: its workers, its queue and its figures. */
import {type Batcher, createBatcher} from '../batching/batcher.js';
import type {ModelSettings} from '../config/schema.js';
import type {Metrics} from '../metrics/metrics.js';
import {createStatistics, type Statistics} from '../metrics/statistics.js';
import type {ModelSpec} from '../protocol/tensor.js';
import {openPool, type Pool} from '../workers/pool.js';
import {readModelFiles} from './files.js';
import type {VersionFolder} from './folder.js';

export interface ServedModel {
  readonly name: string;
  readonly version: string;
  readonly spec: ModelSpec;
  readonly warning: string | undefined;
  readonly settings: ModelSettings;
  readonly batcher: Batcher;
  readonly statistics: Statistics;
  readonly threads: Pool['threads'];
  /** How many workers can run a batch. */
  readonly readyWorkers: Pool['ready'];
  /** Answers what was accepted, then ends the workers. */
  readonly retire: () => Promise<void>;
}

/** @throws if the model does not load or cannot compute. */
export async function openModel(
  root: string,
  name: string,
  {version, path}: VersionFolder,
  settings: ModelSettings,
  metrics: Metrics,
): Promise<ServedModel> {
  const {backend, accelerate, warmUp, maxBodyBytes: maxOutputBytes} = settings;
  const labels = {model: name, version};
  const statistics = createStatistics();
  const files = await readModelFiles(root, path);
  const pool = await openPool({files, backend, accelerate, warmUp, maxOutputBytes}, settings, () =>
    metrics.workerDeaths.inc(labels),
  );
  const batcher = createBatcher({
    ...settings,
    spec: pool.spec,
    run: pool.run,
    capacity: pool.ready,
    onBatch: batch => {
      statistics.addBatch(batch);
      metrics.batchRows.observe(labels, batch.rows);
      metrics.computeSeconds.observe(labels, batch.computeMs / 1000);
      for (const queueMs of batch.queueMs) metrics.queueSeconds.observe(labels, queueMs / 1000);
      metrics.workerTensors.set(labels, batch.memory.tensors);
      metrics.workerTensorBytes.set(labels, batch.memory.bytes);
    },
  });
  pool.whenReady(batcher.wake);
  const retire = async (): Promise<void> => {
    await batcher.drained();
    await pool.close();
    for (const metric of [metrics.workerTensors, metrics.workerTensorBytes]) metric.remove(labels);
  };
  const {spec, warning, threads} = pool;
  return {
    name,
    version,
    spec,
    warning,
    settings,
    batcher,
    statistics,
    threads,
    readyWorkers: pool.ready,
    retire,
  };
}
