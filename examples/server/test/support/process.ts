/** Servers as processes of their own, as they run in production. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer} from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {atEnd} from './server.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface ServerProcess {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

/** Is done once `isDone` is; fails after `seconds`. */
export async function until(what: string, isDone: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await isDone())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await pause(50);
  }
}

export const isOk = (url: string): Promise<boolean> =>
  fetch(url, {signal: AbortSignal.timeout(5000)}).then(
    response => response.ok,
    () => false,
  );

/** Starts a server and waits until it is ready. */
export async function startProcess(models: string, args: readonly string[] = [], at?: number): Promise<ServerProcess> {
  const port = at ?? (await freePort());
  const all = [MAIN, '--models', models, '--port', String(port), '--workers', '1', '--log-level', 'silent', ...args];
  const child = spawn(process.execPath, all, {stdio: ['ignore', 'inherit', 'inherit']});
  const exited = once(child, 'exit');
  atEnd(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await until('the server is ready', () => isOk(`${url}/v2/health/ready`));
  return {url, port, child, exited};
}
