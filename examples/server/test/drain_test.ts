/** A server that is told to end answers what it accepted, says that it is not ready, and ends. */
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {call, input, post} from './support/client.js';
import {GRAPHS, writeModel} from './support/models.js';
import {startProcess} from './support/process.js';
import {temporaryFolder} from './support/server.js';

describe('drain', () => {
  test('SIGTERM under load loses nothing', async () => {
    const root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
    const {url, child, exited} = await startProcess(root, ['--drain-delay-ms', '500']);
    let isDraining = false;
    let refused = 0;
    const statuses: number[] = [];
    // Each client goes until the server no longer listens; a request that was sent is answered.
    const client = async (): Promise<void> => {
      for (;;) {
        try {
          const {status, headers} = await post(`${url}/v2/models/relu/infer`, {
            inputs: [input('x', 'FP32', [1, 2], [1, -1])],
          });
          statuses.push(status);
          if (isDraining && headers.get('connection') === 'close') refused++;
        } catch (error) {
          assert.ok(isDraining, String(error));
          assert.match(String((error as Error).cause), /ECONNREFUSED/);
          return;
        }
      }
    };
    const clients = Array.from({length: 8}, client);
    while (statuses.length < 50) await post(`${url}/v2/models/relu/infer`, {inputs: [input('x', 'FP32', [1, 1], [1])]});
    assert.equal((await call(`${url}/v2/health/ready`)).status, 200);
    isDraining = true;
    child.kill('SIGTERM');
    let status = 200;
    for (let tries = 0; status === 200 && tries < 50; tries++) status = (await call(`${url}/v2/health/ready`)).status;
    assert.equal(status, 400);
    assert.equal((await call(`${url}/v2/health/live`)).status, 200);
    await Promise.all(clients);
    assert.deepEqual(await exited, [0, null]);
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.ok(refused > 0, 'connections are closed after their answers');
  });
});
