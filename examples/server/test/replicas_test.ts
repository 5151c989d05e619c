/** Two replicas behind HAProxy: one is killed under load, one is told to end, and no request is without its answer. */
import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {call, input, post} from './support/client.js';
import {GRAPHS, writeModel} from './support/models.js';
import {freePort, isOk, startProcess, until} from './support/process.js';
import {atEnd, temporaryFolder} from './support/server.js';

const TEMPLATE = fileURLToPath(new URL('../../deploy/haproxy.cfg', import.meta.url));
const hasHaproxy = spawnSync('haproxy', ['-v']).status === 0;

/** HAProxy as deploy/haproxy.cfg configures it, in front of these ports. */
async function startBalancer(folder: string, ports: readonly number[]): Promise<string> {
  const port = await freePort();
  const template = await readFile(TEMPLATE, 'utf8');
  const servers = ports.map((backend, i) => `server replica${i} 127.0.0.1:${backend}`);
  const config = template
    .replace('bind :8000', `bind 127.0.0.1:${port}`)
    .replace(/^( *)server .*(?:\n *server .*)*/m, (_, indent: string) => servers.map(line => indent + line).join('\n'));
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, config);
  const child = spawn('haproxy', ['-db', '-f', file], {stdio: ['ignore', 'ignore', 'inherit']});
  const exited = once(child, 'exit');
  atEnd(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await until('the balancer has a replica', () => isOk(`${url}/v2/health/ready`));
  return url;
}

describe('replicas', () => {
  test('one is killed and one ends under load, and every request is answered', async t => {
    if (!hasHaproxy) {
      console.log('SKIPPED: there is no haproxy here (Debian: apt-get install haproxy)');
      t.skip('no haproxy');
      return;
    }
    const root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
    const drain = ['--drain-delay-ms', '1500'];
    const [first, second] = await Promise.all([startProcess(root, drain), startProcess(root, drain)]);
    const url = await startBalancer(await temporaryFolder(), [first.port, second.port]);
    const statuses = new Map<number, number>();
    let isDone = false;
    const client = async (_: unknown, n: number): Promise<void> => {
      for (let i = 0; !isDone; i++) {
        const {status, json} = await post(`${url}/v2/models/relu/infer`, {
          inputs: [input('x', 'FP32', [1, 2], [n, -i])],
        });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status === 200) assert.deepEqual(json.outputs?.[0].data, [n, 0]);
        await pause(2);
      }
    };
    const clients = Promise.all(Array.from({length: 8}, client));
    const answered = (): number => statuses.get(200) ?? 0;
    const goesOn = async (): Promise<void> => {
      const before = answered();
      await until('requests are answered', () => answered() > before + 100);
    };
    await goesOn();
    first.child.kill('SIGKILL');
    await goesOn();
    const third = await startProcess(root, drain, {port: first.port});
    await until('the balancer sends requests to the replica again', async () => {
      const {json} = await call(`${third.url}/v2/models/relu/stats`);
      return (json.model_stats as {inference_count: number}[])[0].inference_count > 0;
    });
    second.child.kill('SIGTERM');
    assert.deepEqual(await second.exited, [0, null]);
    await goesOn();
    isDone = true;
    await clients;
    assert.deepEqual([...statuses.keys()], [200], JSON.stringify([...statuses]));
    assert.ok(third.child.exitCode === null);
  });
});
