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

export interface Load {
  readonly models: string;
  /** One request, for an input of this name. */
  readonly request: (input: string) => Request;
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
    const {inputs} = (await (await fetch(`${url}/v2/models/digits`)).json()) as {inputs: {name: string}[]};
    const request = load.request(inputs[0].name);
    const run = (duration: number) =>
      autocannon({
        url: `${url}/v2/models/digits/infer`,
        method: 'POST',
        ...request,
        connections: load.connections,
        duration,
      });
    await run(1);
    const {requests, latency, non2xx, errors, timeouts} = await run(load.seconds);
    const status = (await (await fetch(`${url}/status`)).json()) as {
      process: {residentBytes: number};
      models: {name: string; rowsPerBatch: number}[];
    };
    return {
      title,
      perSecond: requests.average,
      p50Ms: latency.p50,
      p99Ms: latency.p99,
      failed: non2xx + errors + timeouts,
      rowsPerBatch: status.models.find(({name}) => name === 'digits')?.rowsPerBatch ?? 0,
      residentMib: status.process.residentBytes / 2 ** 20,
    };
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}
