/** Limits and options that no other test is about. */
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {before, describe, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {binaryBody, call, input, post} from './support/client.js';
import {GRAPHS, writeModel} from './support/models.js';
import {isOk, until} from './support/process.js';
import {exchange, head} from './support/raw.js';
import {start, temporaryFolder} from './support/server.js';

const INFER = '/v2/models/relu/infer';
const GOOD = {inputs: [input('x', 'FP32', [1, 2], [-1, 2])]};

/** A connection that has sent this, and waits. */
async function hold(url: string, text: string): Promise<Socket> {
  const {hostname, port} = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

describe('limits', () => {
  let root = '';
  before(async () => {
    root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
  });

  test('bytes of all requests together', async () => {
    const {url, context} = await start(root, {maxPendingBytes: 100_000});
    const held = await hold(url, head(INFER, {'Content-Length': 90_000}) + '['.repeat(80_000));
    await until('the bytes are there', () => context.budget.taken() === 80_000);
    const refused = await post(url + INFER, '['.repeat(50_000));
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get('retry-after'), '1');
    assert.equal((await post(url + INFER, GOOD)).status, 200);
    held.destroy();
    await until('they are given back', () => context.budget.taken() === 0);
    assert.equal((await post(url + INFER, '['.repeat(50_000))).status, 400);
    const swells = {body: gzipSync('['.repeat(150_000)), headers: {'content-encoding': 'gzip'}};
    assert.equal((await call(url + INFER, {method: 'POST', ...swells})).status, 503);
    await until('all is given back', () => context.budget.taken() === 0);
  });

  test('connections', async () => {
    const {url} = await start(root, {maxConnections: 2});
    const held = [await hold(url, ''), await hold(url, '')];
    assert.equal(await exchange(url, [head(INFER, {'Content-Length': 0})]), '');
    for (const socket of held) socket.destroy();
    await until('there is a place again', () => isOk(`${url}/v2/health/live`));
  });

  test('strings of a request, elements and bytes of an answer', async () => {
    const folder = await temporaryFolder();
    for (const name of ['strings', 'fill'] as const) await writeModel(folder, name, GRAPHS[name]);
    const {url} = await start(folder, {maxBodyBytes: 8_000_000});
    const send = (count: number, bytes: number) => {
      const tensor = {name: 'x', datatype: 'BYTES', shape: [1, count], parameters: {binary_data_size: bytes}};
      const {body, headers} = binaryBody(
        {inputs: [tensor], parameters: {binary_data_output: true}},
        new Uint8Array(bytes),
      );
      return call(`${url}/v2/models/strings/infer`, {method: 'POST', body, headers});
    };
    assert.equal((await send(1000, 4000)).status, 200);
    assert.match((await send(1, 4_000_000)).json.error ?? '', /hold more elements; the shape has 1/);
    const many = await send(300_000, 1_200_000);
    assert.equal(many.status, 413);
    assert.match(many.json.error ?? '', /131072 strings at most; got 300000/);

    const fill = (size: number, isBinary: boolean) =>
      post(`${url}/v2/models/fill/infer`, {
        inputs: [input('dims', 'INT32', [2], [size, size])],
        parameters: {binary_data_output: isBinary},
      });
    assert.equal((await fill(1200, true)).status, 200);
    const asJson = await fill(1200, false);
    assert.equal(asJson.status, 400);
    assert.match(asJson.json.error ?? '', /1440000 elements, of which JSON takes 1048576; ask for it as binary data/);
    const large = await fill(1500, true);
    assert.equal(large.status, 400);
    assert.match(large.json.error ?? '', /8000000 bytes at most; this one would take 9000000/);
    // Those that are far too large stay in the worker.
    const huge = await fill(5000, true);
    assert.equal(huge.status, 500);
    assert.match(huge.json.error ?? '', /outputs would take 100000000 bytes; 16000000 at most/);
  });

  test('time to load a model', async () => {
    const {url} = await start(root, {loadTimeoutMs: 1});
    const {status, json} = await post(url + INFER, GOOD);
    assert.equal(status, 503);
    assert.match(json.error ?? '', /is not ready: unavailable no answer within 1 ms/);
  });

  test('time to end: what is not answered by then is cut off', async () => {
    const server = await start(root, {drainTimeoutMs: 200});
    const held = await hold(server.url, head(INFER, {'Content-Length': 100}) + '{');
    await until('it has begun', () => server.context.budget.taken() === 1);
    const closed = once(held, 'close');
    await server.stop();
    await closed;
  });
});

describe('options', () => {
  test('modelControl: clients may not change what is served', async () => {
    const root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
    const {url} = await start(root, {modelControl: 'none'});
    for (const what of ['load', 'unload'])
      assert.equal((await post(`${url}/v2/repository/models/relu/${what}`, {})).status, 403);
    assert.equal((await post(`${url}/v2/repository/index`, {})).status, 200);
    assert.equal((await post(url + INFER, GOOD)).status, 200);
  });

  test('strictReadiness: whether a model that is broken makes the server not ready', async () => {
    const root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
    await writeModel(root, 'broken', {'model.json': {}, 'weights.bin': Buffer.alloc(0)});
    for (const [strictReadiness, status] of [
      [true, 400],
      [false, 200],
    ] as const) {
      const {url} = await start(root, {strictReadiness});
      assert.equal((await call(`${url}/v2/health/ready`)).status, status);
      assert.equal((await post(url + INFER, GOOD)).status, 200);
    }
  });

  test('versions and warmUp of a model, on the cpu backend', async () => {
    const root = await temporaryFolder();
    for (const version of ['1', '2', '10']) await writeModel(root, 'relu', GRAPHS.relu, version, {versions: 'all'});
    // It fails where the number of elements is no multiple of 4, and with another rank.
    await writeModel(root, 'three', GRAPHS.fours, '1', {warmUp: {x: [1, 3]}});
    await writeModel(root, 'rank', GRAPHS.fours, '1', {warmUp: {x: [1, 4, 1]}});
    await writeModel(root, 'four', GRAPHS.fours, '1', {warmUp: {x: [1, 4]}});
    const {url, context} = await start(root, {backend: 'cpu'});
    assert.deepEqual((await call(`${url}/v2/models/relu`)).json.versions, ['1', '2', '10']);
    assert.equal((await post(url + INFER, GOOD)).json.model_version, '10');
    const old = await post(`${url}/v2/models/relu/versions/2/infer`, GOOD);
    assert.deepEqual([old.json.model_version, old.json.outputs?.[0].data], ['2', [0, 2]]);
    const states = new Map(context.repository.states().map(({name, state, reason}) => [name, `${state} ${reason}`]));
    assert.match(states.get('three') ?? '', /^UNAVAILABLE ./);
    assert.match(states.get('rank') ?? '', /^UNAVAILABLE warmUp of 'x' has another rank/);
    assert.match(states.get('four') ?? '', /^READY/);
  });
});
