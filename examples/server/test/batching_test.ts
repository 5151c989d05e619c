/** Requests in one batch are answered as they are alone, and what one of them does is no matter to the others. */
import assert from 'node:assert/strict';
import {before, describe, test} from 'node:test';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {type Item, putItem, type Queue, takeBatch} from '../src/batching/queue.js';
import type {Server} from '../src/server.js';
import {binaryBody, call, floats, input, post, type Reply} from './support/client.js';
import {expectClose} from './support/expect.js';
import {expected, GRAPHS, images, writeModel, writeNetwork} from './support/models.js';
import {until} from './support/process.js';
import {start, temporaryFolder} from './support/server.js';

describe('queue', () => {
  const limits = {maxBatchSize: 4, maxBatchTimeMs: 10};
  const item = (key: string, arrivedMs: number, rows = 1): Item => ({
    inputs: [],
    rows,
    key,
    arrivedMs,
    tries: 0,
    isDone: false,
    resolve: () => undefined,
    reject: () => undefined,
  });
  const queueOf = (...items: readonly Item[]): Queue => {
    const queue: Queue = new Map();
    for (const one of items) putItem(queue, one);
    return queue;
  };

  test('a batch waits for others until its time is over', () => {
    const queue = queueOf(item('a', 0), item('a', 5));
    assert.deepEqual(takeBatch(queue, 9, limits), {batch: [], dueMs: 10});
    assert.equal(takeBatch(queue, 10, limits).batch.length, 2);
    assert.equal(queue.size, 0);
  });

  test('a full batch does not wait, and the rest stays', () => {
    const queue = queueOf(item('a', 0, 2), item('a', 0, 1), item('a', 0, 2));
    assert.deepEqual(
      takeBatch(queue, 0, limits).batch.map(({rows}) => rows),
      [2, 1],
    );
    assert.equal(takeBatch(queue, 0, limits).batch.length, 0);
  });

  test('one request of more rows than a batch runs alone', () => {
    assert.equal(takeBatch(queueOf(item('a', 0, 9), item('a', 0)), 0, limits).batch.length, 1);
  });

  test('unequal shapes are kept apart; those that wait longest come first', () => {
    const queue = queueOf(item('a', 3), item('b', 1), item('a', 4));
    assert.deepEqual(
      takeBatch(queue, 20, limits).batch.map(({key}) => key),
      ['b'],
    );
    assert.deepEqual(
      takeBatch(queue, 20, limits).batch.map(({key}) => key),
      ['a', 'a'],
    );
    assert.equal(takeBatch(queue, 20, limits).dueMs, Infinity);
  });
});

describe('batching', () => {
  let server: Server;
  let url = '';
  let name = '';

  before(async () => {
    const root = await temporaryFolder();
    await writeNetwork(root);
    for (const graph of ['relu', 'centred', 'fours', 'power'] as const) await writeModel(root, graph, GRAPHS[graph]);
    server = await start(root, {maxBatchTimeMs: 60, maxQueue: 40, computeTimeoutMs: 5000});
    url = server.url;
    const {json} = await call(`${url}/v2/models/network`);
    name = (json.inputs as {name: string}[])[0].name;
  });

  const inferImages = (x: Float32Array<ArrayBuffer>, rows: number): Promise<Reply> => {
    const tensor = {name, datatype: 'FP32', shape: [rows, 12, 12, 1], parameters: {binary_data_size: x.byteLength}};
    const {body, headers} = binaryBody({inputs: [tensor], parameters: {binary_data_output: true}}, x);
    return call(`${url}/v2/models/network/infer`, {method: 'POST', body, headers});
  };
  const executions = (model: string): number =>
    server.context.repository.find(model, undefined).statistics.totals.executions;

  test('a batch answers what each request gets alone', async () => {
    const requests = Array.from({length: 20}, (_, i) => ({rows: 1 + (i % 3), x: images(1 + (i % 3), i)}));
    const alone: Reply[] = [];
    for (const {x, rows} of requests) alone.push(await inferImages(x, rows));
    const before = executions('network');
    const together = await Promise.all(requests.map(({x, rows}) => inferImages(x, rows)));
    assert.ok(executions('network') - before < 8, 'requests that come together run together');
    together.forEach((reply, i) => {
      assert.equal(reply.status, 200);
      expectClose(floats(reply), floats(alone[i]));
      expectClose(floats(reply), expected(requests[i].x, requests[i].rows));
    });
  });

  test('shapes that differ are not joined', async () => {
    const replies = await Promise.all(
      Array.from({length: 12}, (_, i) =>
        post(`${url}/v2/models/relu/infer`, {
          inputs: [
            input(
              'x',
              'FP32',
              [1, 1 + (i % 3)],
              Array.from({length: 1 + (i % 3)}, () => i - 5),
            ),
          ],
        }),
      ),
    );
    replies.forEach(({json}, i) =>
      assert.deepEqual(
        json.outputs?.[0].data,
        Array.from({length: 1 + (i % 3)}, () => Math.max(0, i - 5)),
      ),
    );
    assert.ok(executions('relu') >= 3);
  });

  test('a model whose rows depend on each other is found out and never joined', async () => {
    const {warning, spec} = server.context.repository.find('centred', undefined);
    assert.equal(spec.batches, false);
    assert.match(warning ?? '', /depends on the rows beside it/);
    const replies = await Promise.all(
      [1, 5].map(value => post(`${url}/v2/models/centred/infer`, {inputs: [input('x', 'FP32', [1, 1], [value])]})),
    );
    assert.deepEqual(
      replies.map(({json}) => json.outputs?.[0].data),
      [[0], [0]],
    );
  });

  const power = (size: number, signal?: AbortSignal, timeoutMicroseconds = 0): Promise<Reply> => {
    const x = new Float32Array(size * size);
    const tensor = {name: 'x', datatype: 'FP32', shape: [1, size, size], parameters: {binary_data_size: x.byteLength}};
    const parameters = {timeout: timeoutMicroseconds, binary_data_output: true};
    const {body, headers} = binaryBody({inputs: [tensor], parameters}, x);
    return call(`${url}/v2/models/power/infer`, {method: 'POST', body, headers, ...(signal && {signal})});
  };

  test('a full queue answers 503 with Retry-After, and all that was accepted is answered', async () => {
    const {batcher} = server.context.repository.find('power', undefined);
    const long = power(1000);
    while (batcher.running() === 0) await nextTurn();
    // These come while the worker is at the long one.
    const replies = await Promise.all(Array.from({length: 60}, (_, i) => power(2 + i)));
    assert.equal((await long).status, 200);
    const refused = replies.filter(({status}) => status === 503);
    assert.ok(refused.length > 0 && refused.length < 60, `${refused.length} refused`);
    assert.ok(
      refused.every(
        ({headers, json}) => headers.get('retry-after') === '1' && /wait for this model/.test(json.error ?? ''),
      ),
    );
    assert.ok(replies.every(({status}) => status === 200 || status === 503));
  });

  test('the timeout of a request is kept while it waits', async () => {
    const {batcher} = server.context.repository.find('power', undefined);
    const long = power(1000);
    while (batcher.running() === 0) await nextTurn();
    const {status, json} = await power(8, undefined, 30_000);
    assert.equal(status, 504, json.error);
    assert.equal((await long).status, 200);
  });

  test('who goes gives up the place in the queue', async () => {
    const {batcher} = server.context.repository.find('power', undefined);
    const long = power(1000);
    while (batcher.running() === 0) await nextTurn();
    const controller = new AbortController();
    const waiting = Array.from({length: 10}, (_, i) => power(20 + i, controller.signal).catch(() => undefined));
    await until('all wait', () => batcher.waiting() === 10);
    controller.abort();
    await Promise.all(waiting);
    await until('nobody waits', () => batcher.waiting() === 0);
    assert.equal((await long).status, 200);
  });
});
