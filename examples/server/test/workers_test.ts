/** Workers that die, hang or are replaced, and models that change, while requests come. */
import assert from 'node:assert/strict';
import {readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {before, describe, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import type {ServedModel} from '../src/models/served.js';
import type {Server} from '../src/server.js';
import {binaryBody, call, input, post, type Reply} from './support/client.js';
import {GRAPHS, writeModel} from './support/models.js';
import {catchMoment, until} from './support/process.js';
import {start, temporaryFolder} from './support/server.js';

describe('workers', () => {
  let root = '';
  let server: Server;
  let url = '';

  before(async () => {
    root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
    await writeModel(root, 'fill', GRAPHS.fill, '1', {workers: 2});
    server = await start(root, {computeTimeoutMs: 180_000, pollMs: 100});
    url = server.url;
  });

  const fill = (size: number): Promise<Reply> =>
    post(`${url}/v2/models/fill/infer`, {
      inputs: [input('dims', 'INT32', [2], [size, size])],
      parameters: {binary_data_output: true},
    });
  const deaths = async (at = url): Promise<number> => {
    const text = (await call(`${at}/metrics`)).body.toString();
    return Number(/worker_deaths_total\{model="[^"]*",version="1"\} (\d+)/.exec(text)?.[1] ?? 0);
  };

  test('those that die in the middle are replaced, and every request is answered', async () => {
    const {threads, batcher, readyWorkers} = server.context.repository.find('fill', undefined);
    for (const killed of [1, 2]) {
      const replies = Array.from({length: 30}, (_, i) => fill(i % 20 === 5 ? 60_000 : 1000 + i));
      await catchMoment('both run', () => batcher.running() === 2);
      await threads()[0].terminate();
      const all = await Promise.all(replies);
      // What needs more memory than there is fails alone.
      all.forEach(({status, json}, i) => assert.equal(status, i % 20 === 5 ? 500 : 200, `${i}: ${json.error}`));
      assert.equal(await deaths(), killed);
      await until('both are replaced', () => readyWorkers() === 2);
    }
    assert.equal((await fill(3)).status, 200);
    assert.equal((await call(`${url}/v2/health/ready`)).status, 200);
  });

  test('one that takes too long is ended, and its request is told so', async () => {
    const folder = await temporaryFolder();
    await writeModel(folder, 'power', GRAPHS.power);
    const {url} = await start(folder, {computeTimeoutMs: 2000});
    // Far more than two seconds' work of the fastest core, and what follows is far less.
    const x = new Float32Array(3000 * 3000);
    const tensor = {name: 'x', datatype: 'FP32', shape: [1, 3000, 3000], parameters: {binary_data_size: x.byteLength}};
    const {body, headers} = binaryBody({inputs: [tensor]}, x);
    const slow = await call(`${url}/v2/models/power/infer`, {method: 'POST', body, headers});
    assert.equal(slow.status, 504, slow.json.error);
    assert.match(slow.json.error ?? '', /took too long/);
    const {status} = await post(`${url}/v2/models/power/infer`, {inputs: [input('x', 'FP32', [1, 1, 1], [2])]});
    assert.equal(status, 200);
  });

  test('one whose heap is full is replaced, and only the request that fills it is refused', async () => {
    const folder = await temporaryFolder();
    await writeModel(folder, 'where', GRAPHS.where);
    const {url, context} = await start(folder, {
      workerHeapMb: 64,
      computeTimeoutMs: 180_000,
      requestTimeoutMs: 180_000,
    });
    const where = (rows: number): Promise<Reply> => {
      const x = new Uint8Array(rows).fill(1);
      const tensor = {name: 'x', datatype: 'BOOL', shape: [rows, 1], parameters: {binary_data_size: rows}};
      const {body, headers} = binaryBody({inputs: [tensor], parameters: {binary_data_output: true}}, x);
      return call(`${url}/v2/models/where/infer`, {method: 'POST', body, headers});
    };
    // TensorFlow.js lists the places of all that is true: 8 bytes each, and half as much again while the list grows.
    const full = where(6_000_000);
    await until('it runs', () => context.repository.find('where', undefined).batcher.running() === 1);
    const others = await Promise.all(Array.from({length: 20}, () => where(3)));
    others.forEach(({status, json}) => {
      assert.equal(status, 200, json.error);
      assert.deepEqual(json.outputs?.[0].shape, [3, 2]);
    });
    const {status, headers, json} = await full;
    assert.equal(status, 503);
    assert.equal(headers.get('retry-after'), '1');
    assert.match(json.error ?? '', /the worker ended before it answered: .*memory/);
    assert.equal(await deaths(url), 2, 'it is tried twice');
    assert.equal((await call(`${url}/v2/health/ready`)).status, 200);
  });

  const relu = (version = ''): Promise<Reply> =>
    post(`${url}/v2/models/relu${version}/infer`, {inputs: [input('x', 'FP32', [1, 1], [3])]});
  test('versions come and go while requests are answered', async () => {
    let isDone = false;
    const statuses: number[] = [];
    const client = (async () => {
      while (!isDone) {
        statuses.push((await relu()).status);
        await pause(5);
      }
    })();
    await writeModel(root, 'relu', GRAPHS.relu, '2');
    await until('version 2 serves', async () => (await relu()).json.model_version === '2');
    await until('version 1 is gone', async () => (await relu('/versions/1')).status === 404);
    // A version that is still being copied, or is broken, leaves the one before and the server as they are.
    const {'model.json': json, ...others} = GRAPHS.relu;
    await writeModel(root, 'relu', {'model.json': 'half of it', ...others}, '3');
    const third = () => server.context.repository.states().find(({version}) => version === '3');
    await until('version 3 does not load', () => third()?.state === 'UNAVAILABLE');
    assert.equal((await relu()).json.model_version, '2');
    assert.equal((await call(`${url}/v2/health/ready`)).status, 200);
    await writeModel(root, 'relu', {'model.json': json, ...others}, '3');
    await until('version 3 serves', async () => (await relu()).json.model_version === '3');
    await until('version 2 is gone', async () => (await relu('/versions/2')).status === 404);
    for (const version of ['2', '3']) await rm(join(root, 'relu', version), {recursive: true});
    await until('version 1 serves', async () => (await relu()).json.model_version === '1');
    isDone = true;
    await client;
    assert.deepEqual([...new Set(statuses)], [200]);
  });

  test('a model that is unloaded answers what it accepted', async () => {
    const {batcher} = server.context.repository.find('relu', undefined);
    const accepted = Array.from({length: 30}, () => relu());
    await catchMoment('one is accepted', () => batcher.waiting() + batcher.running() > 0);
    await post(`${url}/v2/repository/models/relu/unload`, {});
    const statuses = (await Promise.all(accepted)).map(({status}) => status);
    assert.ok(
      statuses.every(status => status === 200 || status === 404),
      statuses.join(),
    );
    assert.ok(statuses.includes(200));
    assert.equal((await relu()).status, 404);
    await pause(300);
    assert.equal((await relu()).status, 404, 'looking at the folder does not load it again');
    assert.equal((await post(`${url}/v2/repository/models/relu/load`, {})).status, 200);
    assert.equal((await relu()).status, 200);
  });

  test('loads, unloads, broken files and kills at the same time: every call is answered', async () => {
    const statuses = new Map<string, Set<number>>();
    const note = (what: string, status: number): void => {
      statuses.set(what, (statuses.get(what) ?? new Set()).add(status));
    };
    const change = async (what: 'load' | 'unload'): Promise<void> =>
      note(what, (await post(`${url}/v2/repository/models/relu/${what}`, {})).status);
    let isDone = false;
    const client = async (): Promise<void> => {
      while (!isDone) {
        const {status, json} = await relu();
        note('infer', status);
        if (status === 200) assert.deepEqual(json.outputs?.[0].data, [3]);
        await pause(2);
      }
    };
    const clients = Promise.all(Array.from({length: 6}, client));
    const path = join(root, 'relu', '1', 'model.json');
    const whole = await readFile(path);
    for (let round = 0; round < 4; round++) {
      await writeFile(path, whole.subarray(0, round % 2 === 0 ? whole.length : whole.length >> 1));
      const changes = [change('load'), change('unload'), change('load')];
      const kill = served()?.threads()[0]?.terminate();
      await Promise.all([...changes, kill]);
    }
    await writeFile(path, whole);
    await change('load');
    isDone = true;
    await clients;
    const allowed = {infer: [200, 404, 503], load: [200, 400], unload: [200, 404]};
    for (const [what, seen] of statuses) {
      for (const status of seen)
        assert.ok(allowed[what as keyof typeof allowed].includes(status), `${what}: ${status}`);
    }
    assert.ok(statuses.get('infer')?.has(200) && statuses.get('load')?.has(400));
    await until('a worker is ready', () => served()?.readyWorkers() === 1);
    assert.equal((await relu()).status, 200);
    assert.equal((await call(`${url}/v2/health/ready`)).status, 200);
  });

  const served = (): ServedModel | undefined => server.context.repository.served().find(({name}) => name === 'relu');
});
