/** A server that is told to end answers what it accepted, says that it is not ready, and ends. */
import assert from 'node:assert/strict';
import {request} from 'node:http';
import {describe, test} from 'node:test';
import {call, input, post} from './support/client.js';
import {GRAPHS, writeModel} from './support/models.js';
import {startProcess, until} from './support/process.js';
import {temporaryFolder} from './support/server.js';

/** Sends half of a request, and gives the function that sends the rest and tells the status of the answer. */
function slowRequest(url: string, body: string): () => Promise<number | undefined> {
  const half = body.length >> 1;
  const sent = request(url, {
    method: 'POST',
    headers: {'content-type': 'application/json', 'content-length': Buffer.byteLength(body)},
  });
  const status = new Promise<number | undefined>((resolve, reject) => {
    sent.on('response', response => resolve(response.resume().statusCode));
    sent.on('error', reject);
  });
  sent.write(body.slice(0, half));
  return () => {
    sent.end(body.slice(half));
    return status;
  };
}

const isRefused = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => false,
    (error: Error) => (error.cause as NodeJS.ErrnoException).code === 'ECONNREFUSED',
  );

describe('drain', () => {
  test('SIGTERM under load loses nothing', async () => {
    const root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
    const {url, child, exited} = await startProcess(root, ['--drain-delay-ms', '4000']);
    const infer = `${url}/v2/models/relu/infer`;
    const body = {inputs: [input('x', 'FP32', [1, 2], [1, -1])]};
    const late = slowRequest(infer, JSON.stringify(body));
    // Each client goes until the server says that it is not ready, as a balancer's health checks see it.
    let isReady = true;
    let closed = 0;
    const statuses: number[] = [];
    const client = async (): Promise<void> => {
      while (isReady) {
        const {status, headers} = await post(infer, body);
        statuses.push(status);
        if (headers.get('connection') === 'close') closed++;
      }
    };
    const clients = Array.from({length: 8}, client);
    await until('the server answers', () => statuses.length >= 50);
    child.kill('SIGTERM');
    await until('the server is not ready', async () => (await call(`${url}/v2/health/ready`)).status === 400);
    assert.equal((await call(`${url}/v2/health/live`)).status, 200);
    await until('connections are closed after their answers', () => closed > 0);
    isReady = false;
    await Promise.all(clients);
    assert.deepEqual([...new Set(statuses)], [200]);
    await until('the server does not listen', () => isRefused(`${url}/v2/health/live`));
    assert.equal(await late(), 200);
    assert.deepEqual(await exited, [0, null]);
  });
});
