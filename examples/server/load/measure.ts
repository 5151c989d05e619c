/** One server under load, on this machine only. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import autocannon from 'autocannon';
import type {Setup} from './setups.js';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));
const START_SECONDS = 60;
/** Of one request. */
const TIMEOUT_SECONDS = 60;

export interface Figures {
  readonly title: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly rowsPerBatch: number;
  readonly residentMib: number;
}

export interface Request {
  readonly body: Buffer;
  readonly headers: Record<string, string>;
}

/** What a model takes, as its metadata say. */
export interface Input {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface Load {
  /** A folder with this model only. */
  readonly models: string;
  readonly model: string;
  readonly request: (input: Input) => Request;
  readonly connections: number;
  readonly seconds: number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < START_SECONDS * 10; tries++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const reply = await fetch(`${url}/v2/health/ready`).catch(() => undefined);
    if (reply?.ok) return;
    const states = (await reply?.json().catch(() => undefined)) as {error?: string} | undefined;
    if (states?.error?.includes('unavailable')) throw new Error(states.error);
    await pause(100);
  }
  throw new Error(`not ready within ${START_SECONDS} s`);
}

/** @throws if the server does not start, as where its backend is not installed. */
export async function measure({title, args}: Setup, load: Load): Promise<Figures> {
  const port = await freePort();
  const all = [
    MAIN,
    '--models',
    load.models,
    '--port',
    String(port),
    '--log-level',
    'silent',
    '--max-queue',
    '4096',
    ...args,
  ];
  const child = spawn(process.execPath, all, {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '3'},
  });
  const exited = once(child, 'exit');
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, child);
    const {inputs} = (await (await fetch(`${url}/v2/models/${load.model}`)).json()) as {inputs: Input[]};
    const request = load.request(inputs[0]);
    const run = (duration: number) =>
      autocannon({
        url: `${url}/v2/models/${load.model}/infer`,
        method: 'POST',
        ...request,
        connections: load.connections,
        timeout: TIMEOUT_SECONDS,
        duration,
      });
    await run(1);
    const {requests, latency, non2xx, errors, timeouts} = await run(load.seconds);
    const status = (await (await fetch(`${url}/status`)).json()) as {
      process: {residentBytes: number};
      models: {rowsPerBatch: number}[];
    };
    return {
      title,
      perSecond: requests.average,
      p50Ms: latency.p50,
      p99Ms: latency.p99,
      failed: non2xx + errors + timeouts,
      rowsPerBatch: status.models[0].rowsPerBatch,
      residentMib: status.process.residentBytes / 2 ** 20,
    };
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}
