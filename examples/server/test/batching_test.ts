/** Requests in one batch are answered as they are alone, and what one of them does is no matter to the others. */
import assert from 'node:assert/strict';
import {cp, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {before, describe, test} from 'node:test';
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

/** A batch of such a model waits until it is full, however slow the machine is. */
const PATIENT = {maxBatchTimeMs: 60_000};
const REQUESTS = Array.from({length: 20}, (_, i) => ({rows: 1 + (i % 3), x: images(1 + (i % 3), i)}));
const ROWS = REQUESTS.reduce((sum, {rows}) => sum + rows, 0);

describe('batching', () => {
  let server: Server;
  let url = '';
  let name = '';

  before(async () => {
    const root = await temporaryFolder();
    await writeNetwork(root, 'alone', '1', {maxBatchSize: 1});
    await cp(join(root, 'alone', '1'), join(root, 'together', '1'), {recursive: true});
    await writeFile(join(root, 'together', 'config.json'), JSON.stringify({...PATIENT, maxBatchSize: ROWS}));
    await writeModel(root, 'patient', GRAPHS.relu, '1', {...PATIENT, maxBatchSize: 32, maxQueue: 10});
    for (const graph of ['relu', 'centred'] as const) await writeModel(root, graph, GRAPHS[graph]);
    server = await start(root, {requestTimeoutMs: 180_000});
    url = server.url;
    const {json} = await call(`${url}/v2/models/alone`);
    name = (json.inputs as {name: string}[])[0].name;
  });

  const inferImages = (model: string, x: Float32Array<ArrayBuffer>, rows: number): Promise<Reply> => {
    const tensor = {name, datatype: 'FP32', shape: [rows, 12, 12, 1], parameters: {binary_data_size: x.byteLength}};
    const {body, headers} = binaryBody({inputs: [tensor], parameters: {binary_data_output: true}}, x);
    return call(`${url}/v2/models/${model}/infer`, {method: 'POST', body, headers});
  };
  const executions = (model: string): number =>
    server.context.repository.find(model, undefined).statistics.totals.executions;

  test('a batch answers what each request gets alone', async () => {
    const alone: Reply[] = [];
    for (const {x, rows} of REQUESTS) alone.push(await inferImages('alone', x, rows));
    const together = await Promise.all(REQUESTS.map(({x, rows}) => inferImages('together', x, rows)));
    together.forEach((reply, i) => {
      assert.equal(reply.status, 200, reply.json.error);
      expectClose(floats(reply), floats(alone[i]));
      expectClose(floats(reply), expected(REQUESTS[i].x, REQUESTS[i].rows));
    });
    assert.equal(executions('alone'), REQUESTS.length);
    assert.equal(executions('together'), 1);
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

  test('a full queue answers 503 with Retry-After; a place is free again once who waited goes; the others are answered', async () => {
    const {batcher} = server.context.repository.find('patient', undefined);
    const infer = (rows: number, options: RequestInit = {}): Promise<Reply> =>
      call(`${url}/v2/models/patient/infer`, {
        method: 'POST',
        body: JSON.stringify({
          inputs: [
            input(
              'x',
              'FP32',
              [rows, 1],
              Array.from({length: rows}, (_, i) => i - 1),
            ),
          ],
        }),
        ...options,
      });
    const accepted = Array.from({length: 9}, () => infer(1));
    const controller = new AbortController();
    const gone = infer(1, {signal: controller.signal}).catch((error: Error) => error.name);
    await until('all wait', () => batcher.waiting() === 10);
    for (const {status, headers, json} of await Promise.all(Array.from({length: 20}, () => infer(1)))) {
      assert.equal(status, 503);
      assert.equal(headers.get('retry-after'), '1');
      assert.match(json.error ?? '', /wait for this model/);
    }
    controller.abort();
    assert.equal(await gone, 'AbortError');
    await until('the place is free', () => batcher.waiting() === 9);
    // Their rows make the batch full.
    assert.deepEqual((await infer(23)).json.outputs?.[0].shape, [23, 1]);
    for (const {json} of await Promise.all(accepted)) assert.deepEqual(json.outputs?.[0].data, [0]);
    assert.equal(executions('patient'), 1);
  });

  test('the timeout of a request is kept while it waits', async () => {
    const {batcher} = server.context.repository.find('patient', undefined);
    const body = {inputs: [input('x', 'FP32', [1, 1], [1])], parameters: {timeout: 30_000}};
    const {status, json} = await post(`${url}/v2/models/patient/infer`, body);
    assert.equal(status, 504, json.error);
    assert.match(json.error ?? '', /no answer within 30 ms/);
    assert.equal(batcher.waiting(), 0);
  });
});
