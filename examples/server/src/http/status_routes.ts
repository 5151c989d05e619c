/** For people and for Prometheus: the status page, its figures, and metrics. */
import {readFileSync} from 'node:fs';
import {memoryUsage, uptime} from 'node:process';
import type {FastifyInstance} from 'fastify';
import {SERVER} from '../protocol/describe.js';
import {type Context, notReady} from './context.js';

/** Beside package.json, as it is no code that is compiled. */
const PAGE = new URL('../../../page/status.html', import.meta.url);

export function statusRoutes(app: FastifyInstance, context: Context): void {
  const {config, metrics, repository, budget} = context;
  const page = readFileSync(PAGE);
  app.get('/', (_, reply) =>
    reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; connect-src 'self'; script-src 'unsafe-inline'; style-src 'unsafe-inline'",
      })
      .send(page),
  );
  app.get('/status', async () => ({
    server: {...SERVER, backend: config.backend, accelerate: config.accelerate, notReady: notReady(context) ?? null},
    process: {
      second: Math.floor(Date.now() / 1000),
      uptimeSeconds: Math.round(uptime()),
      residentBytes: memoryUsage.rss(),
    },
    states: repository.states(),
    models: repository.served().map(({name, version, spec, settings, batcher, statistics}) => ({
      name,
      version,
      spec,
      workers: settings.workers,
      maxBatchSize: spec.batches ? settings.maxBatchSize : 1,
      waiting: batcher.waiting(),
      running: batcher.running(),
      requests: statistics.totals.success.count,
      failed: statistics.totals.fail.count,
      rowsPerBatch:
        statistics.totals.executions === 0 ? 0 : statistics.totals.inferences / statistics.totals.executions,
      seconds: statistics.seconds(),
    })),
  }));
  app.get('/metrics', async (_, reply) => {
    metrics.ready.set(notReady(context) === undefined ? 1 : 0);
    metrics.pendingBytes.set(budget.taken());
    metrics.queueLength.reset();
    metrics.batchesRunning.reset();
    metrics.workers.reset();
    for (const {name: model, version, batcher, threads} of repository.served()) {
      metrics.queueLength.set({model, version}, batcher.waiting());
      metrics.batchesRunning.set({model, version}, batcher.running());
      metrics.workers.set({model, version}, threads().length);
    }
    return reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
