/** The whole server, as main.ts and the tests start it. */
import type {AddressInfo} from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';
import type {Config} from './config/schema.js';
import {createApp} from './http/app.js';
import {createBudget} from './http/budget.js';
import type {Context} from './http/context.js';
import {createLog} from './log.js';
import {createMetrics} from './metrics/metrics.js';
import {createRepository} from './models/repository.js';

export interface Server {
  readonly url: string;
  readonly context: Context;
  /** Is done when the folder of models was read and what is in it was loaded. */
  readonly loaded: Promise<void>;
  /** Stops being ready, answers what was accepted, and ends; after drainTimeoutMs whatever is left is cut off. */
  readonly stop: () => Promise<void>;
}

/** Listens, and then loads the models. */
export async function startServer(config: Config): Promise<Server> {
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const repository = createRepository(config, metrics, log);
  const context: Context = {
    config,
    metrics,
    repository,
    lifecycle: {isLoaded: false, isDraining: false},
    budget: createBudget(config.maxPendingBytes),
  };
  const app = createApp(context, log);
  await app.listen({host: config.host, port: config.port});
  const {port} = app.server.address() as AddressInfo;
  const stopPolling = {timer: undefined as NodeJS.Timeout | undefined};
  const refresh = () =>
    repository.refresh().catch((error: unknown) => log.error({err: error}, 'the folder of models cannot be read'));
  const poll = (): void => {
    if (config.pollMs === 0 || context.lifecycle.isDraining) return;
    stopPolling.timer = setTimeout(() => void refresh().then(poll), config.pollMs);
  };
  const loaded = repository.refresh().then(() => {
    context.lifecycle.isLoaded = true;
    poll();
  });

  async function drain(): Promise<void> {
    context.lifecycle.isDraining = true;
    clearTimeout(stopPolling.timer);
    log.info('the server ends: it is not ready, and answers what it has accepted');
    await pause(config.drainDelayMs);
    await app.close();
    await repository.close();
  }

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    const cutOff = async (): Promise<void> => {
      await pause(config.drainDelayMs + config.drainTimeoutMs, undefined, {ref: false});
      log.error('what was accepted is not answered in time, and is cut off');
      app.server.closeAllConnections();
    };
    stopping ??= Promise.race([drain(), cutOff()]);
    return stopping;
  };
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {url: `http://${host}:${port}`, context, loaded, stop};
}
