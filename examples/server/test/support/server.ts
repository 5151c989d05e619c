/** Servers and folders of a test file, which are gone when it is done. */
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after} from 'node:test';
import {readConfig} from '../../src/config/read.js';
import type {Config} from '../../src/config/schema.js';
import {type Server, startServer} from '../../src/server.js';

/** They wait as long as a machine with other work may take; only tests of time have less of it. */
const DEFAULTS: Partial<Config> = {
  port: 0,
  workers: 1,
  logLevel: 'silent',
  drainTimeoutMs: 30_000,
  requestTimeoutMs: 180_000,
  computeTimeoutMs: 180_000,
};

const endings: (() => Promise<void>)[] = [];

/** Hooks that are set within a hook run too early, so that there is one for all. */
after(async () => {
  for (const end of endings.reverse()) await end();
});

export function atEnd(end: () => Promise<void>): void {
  endings.push(end);
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tfjs-conv-server-'));
  atEnd(() => rm(folder, {recursive: true, force: true}));
  return folder;
}

export async function start(models: string, options: Partial<Config> = {}): Promise<Server> {
  const {config} = readConfig([], {});
  const server = await startServer({...config, ...DEFAULTS, models, ...options});
  atEnd(server.stop);
  await server.loaded;
  return server;
}
