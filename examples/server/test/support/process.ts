/** Servers as processes of their own, as they run in production. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:net';
import {setImmediate as nextTurn, setTimeout as pause} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {atEnd} from './server.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly exited: Promise<[code: number | null, signal: NodeJS.Signals | null]>;
}

/** A free one of the ports that systems give nobody by themselves, so that it is still free when it is used. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('no port is free');
}

/** Far longer than anything takes on a slow machine that has other work: it only ends what hangs. */
const SECONDS = 180;

/** Servers wait as long, too: whatever else the machine does, their requests are answered. */
const PATIENCE = {'--request-timeout-ms': SECONDS * 1000, '--compute-timeout-ms': SECONDS * 1000};

async function repeat(
  what: string,
  isDone: () => boolean | Promise<boolean>,
  wait: () => Promise<unknown>,
): Promise<void> {
  const end = performance.now() + SECONDS * 1000;
  while (!(await isDone())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${SECONDS} s`);
    await wait();
  }
}

/** Is done once `isDone` is, and stays so. */
export const until = (what: string, isDone: () => boolean | Promise<boolean>): Promise<void> =>
  repeat(what, isDone, () => pause(20));

/** Looks at every turn of the event loop, for what may pass soon. */
export const catchMoment = (what: string, isNow: () => boolean): Promise<void> => repeat(what, isNow, () => nextTurn());

export const isOk = (url: string): Promise<boolean> =>
  fetch(url, {signal: AbortSignal.timeout(5000)}).then(
    response => response.ok,
    () => false,
  );

interface Options {
  readonly port?: number;
  /** Where its logs go. */
  readonly stdout?: 'inherit' | 'pipe' | number;
  /** Options of Node. */
  readonly flags?: readonly string[];
}

/** Starts a server with one worker a model, and without logs unless `args` say otherwise. */
export function spawnServer(
  models: string,
  port: number,
  args: readonly string[] = [],
  {stdout = 'inherit', flags = []}: Options = {},
) {
  const base = {'--models': models, '--port': port, '--workers': 1, '--log-level': 'silent', ...PATIENCE};
  const all = [...flags, MAIN, ...Object.entries(base).flat().map(String), ...args];
  const child = spawn(process.execPath, all, {stdio: ['ignore', stdout, 'inherit']});
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  atEnd(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  });
  return {child, exited};
}

/** Starts a server and waits until it is ready. */
export async function startProcess(
  models: string,
  args: readonly string[] = [],
  options: Options = {},
): Promise<ServerProcess> {
  const port = options.port ?? (await freePort());
  const {child, exited} = spawnServer(models, port, args, options);
  const url = `http://127.0.0.1:${port}`;
  await until('the server is ready', () => {
    if ((child.exitCode ?? child.signalCode) !== null)
      throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}`);
    return isOk(`${url}/v2/health/ready`);
  });
  return {url, port, child, exited};
}
