/** The Open Inference Protocol and its extensions, and TensorFlow Serving's predict, over real HTTP. */
import assert from 'node:assert/strict';
import {before, describe, test} from 'node:test';
import {gunzipSync, gzipSync, inflateSync, deflateSync} from 'node:zlib';
import type {Server} from '../src/server.js';
import {binaryBody, call, floats, input, post} from './support/client.js';
import {expectClose} from './support/expect.js';
import {expected, GRAPHS, images, writeModel, writeNetwork} from './support/models.js';
import {start, temporaryFolder} from './support/server.js';

describe('protocol', () => {
  let url = '';
  let server: Server;
  let root = '';
  const inputName = async (): Promise<string> => {
    const {json} = await call(`${url}/v2/models/network`);
    return (json.inputs as {name: string}[])[0].name;
  };

  before(async () => {
    root = await temporaryFolder();
    await writeNetwork(root);
    for (const name of ['log', 'strings', 'both', 'where', 'relu'] as const) await writeModel(root, name, GRAPHS[name]);
    server = await start(root);
    url = server.url;
  });

  test('says what it is, lives and is ready', async () => {
    const {json} = await call(`${url}/v2`);
    assert.equal(json.name, 'tfjs-conv-server');
    assert.ok((json.extensions as string[]).includes('binary_tensor_data'));
    for (const path of ['live', 'ready']) assert.equal((await call(`${url}/v2/health/${path}`)).status, 200);
  });

  test('describes models with and without a version', async () => {
    for (const path of ['network', 'network/versions/1']) {
      const {json} = await call(`${url}/v2/models/${path}`);
      assert.equal(json.platform, 'tfjs_layers_model');
      assert.deepEqual(json.versions, ['1']);
      assert.deepEqual((json.inputs as {shape: number[]}[])[0].shape, [-1, 12, 12, 1]);
      assert.deepEqual(json.outputs?.[0].shape, [-1, 5]);
      assert.equal((await call(`${url}/v2/models/${path}/ready`)).status, 200);
      assert.equal((await call(`${url}/v2/models/${path}/config`)).json.max_batch_size, 32);
    }
    for (const path of [
      'none',
      'network/versions/2',
      'none/ready',
      'network/versions/2/ready',
      'none/config',
      'none/stats',
    ]) {
      const {status, json} = await call(`${url}/v2/models/${path}`);
      assert.equal(status, 404, path);
      assert.match(json.error ?? '', /there is no model|has no version/);
    }
  });

  test('names of a signature are those of the model', async () => {
    const {json} = await call(`${url}/v2/models/both`);
    assert.deepEqual(
      (json.inputs as {name: string; datatype: string}[]).map(({name, datatype}) => `${name} ${datatype}`),
      ['left INT32', 'right INT32', 'flag BOOL'],
    );
  });

  for (const [title, rows, nested] of [
    ['flat', 3, false],
    ['nested', 2, true],
  ] as const) {
    test(`infers from ${title} JSON what TensorFlow.js does`, async () => {
      const x = images(rows);
      const pixels = Array.from(x);
      const lines = Array.from({length: rows * 12}, (_, i) => pixels.slice(i * 12, (i + 1) * 12).map(value => [value]));
      const data = nested ? Array.from({length: rows}, (_, i) => lines.slice(i * 12, (i + 1) * 12)) : pixels;
      const body = {id: 'the id', inputs: [input(await inputName(), 'FP32', [rows, 12, 12, 1], data)]};
      const reply = await post(`${url}/v2/models/network/versions/1/infer`, body);
      assert.equal(reply.status, 200);
      assert.deepEqual([reply.json.id, reply.json.model_name, reply.json.model_version], ['the id', 'network', '1']);
      assert.deepEqual(reply.json.outputs?.[0].shape, [rows, 5]);
      expectClose(floats(reply), expected(x, rows));
    });
  }

  test('infers on TensorFlow.js alone', async () => {
    const {url: stock} = await start(root, {accelerate: false});
    const body = {inputs: [input(await inputName(), 'FP32', [2, 12, 12, 1], Array.from(images(2)))]};
    expectClose(floats(await post(`${stock}/v2/models/network/infer`, body)), expected(images(2), 2));
  });

  test('infers from binary data at any offset, and answers in binary data as asked', async () => {
    const x = images(2);
    const name = await inputName();
    for (const id of ['1', '22', '333', '4444']) {
      const tensor = {name, datatype: 'FP32', shape: [2, 12, 12, 1], parameters: {binary_data_size: x.byteLength}};
      const {body, headers} = binaryBody({id, inputs: [tensor], parameters: {binary_data_output: true}}, x);
      const reply = await call(`${url}/v2/models/network/infer`, {method: 'POST', body, headers});
      assert.equal(reply.headers.get('content-type'), 'application/octet-stream');
      assert.equal(reply.json.outputs?.[0].parameters?.binary_data_size, 40);
      expectClose(floats(reply), expected(x, 2));
    }
  });

  test('each output is binary or JSON as it is asked for', async () => {
    const inputs = [
      input('left', 'INT32', [1, 3], [1, 2, 3]),
      input('right', 'INT32', [1, 3], [[10, -20, 2 ** 30]]),
      input('flag', 'BOOL', [1, 3], [true, false, true]),
    ];
    const outputs = [{name: 'and'}, {name: 'total', parameters: {binary_data: true}}];
    const {status, json, body, headers} = await post(`${url}/v2/models/both/infer`, {inputs, outputs});
    assert.equal(status, 200);
    assert.deepEqual(json.outputs, [
      {name: 'and', datatype: 'BOOL', shape: [1, 3], data: [true, false, true]},
      {name: 'total', datatype: 'INT32', shape: [1, 3], parameters: {binary_data_size: 12}},
    ]);
    const start = Number(headers.get('inference-header-content-length'));
    assert.deepEqual(
      [0, 4, 8].map(at => body.readInt32LE(start + at)),
      [11, -18, 2 ** 30 + 3],
    );
  });

  test('strings travel as JSON and as BYTES', async () => {
    const words = ['', 'a', 'größer', '日本'];
    const reply = await post(`${url}/v2/models/strings/infer`, {inputs: [input('x', 'BYTES', [2, 2], words)]});
    assert.deepEqual(reply.json.outputs?.[0].data, words);
    const bytes = Buffer.concat([Buffer.from([2, 0, 0, 0, 0xff, 0xfe]), Buffer.from([0, 0, 0, 0])]);
    const tensor = {name: 'x', datatype: 'BYTES', shape: [1, 2], parameters: {binary_data_size: bytes.length}};
    const outputs = [{name: 'y', parameters: {binary_data: true}}];
    const {body, headers} = binaryBody({inputs: [tensor], outputs}, bytes);
    const raw = await call(`${url}/v2/models/strings/infer`, {method: 'POST', body, headers});
    assert.deepEqual(raw.body.subarray(Number(raw.headers.get('inference-header-content-length'))), bytes);
  });

  test('dimensions of any size, and outputs whose size depends on values', async () => {
    for (const columns of [1, 7]) {
      const values = Array.from({length: 2 * columns}, (_, i) => i - 1);
      const {json} = await post(`${url}/v2/models/relu/infer`, {inputs: [input('x', 'FP32', [2, columns], values)]});
      assert.deepEqual(
        json.outputs?.[0].data,
        values.map(value => Math.max(0, value)),
      );
    }
    const {json} = await post(`${url}/v2/models/where/infer`, {inputs: [input('x', 'BOOL', [2, 2], [0, 1, 1, 0])]});
    assert.deepEqual(json.outputs?.[0], {name: 'y', datatype: 'INT32', shape: [2, 2], data: [0, 1, 1, 0]});
  });

  test('what JSON cannot hold comes as binary data, or as an error', async () => {
    const inputs = [input('x', 'FP32', [1, 3], [-1, 0, 1])];
    const refused = await post(`${url}/v2/models/log/infer`, {inputs});
    assert.equal(refused.status, 400);
    assert.match(refused.json.error ?? '', /NaN or Infinity/);
    const reply = await post(`${url}/v2/models/log/infer`, {inputs, parameters: {binary_data_output: true}});
    assert.deepEqual(floats(reply), [NaN, -Infinity, 0]);
  });

  for (const [encoding, pack, unpack] of [
    ['gzip', gzipSync, gunzipSync],
    ['deflate', deflateSync, inflateSync],
  ] as const) {
    test(`${encoding} both ways, with binary data too`, async () => {
      const x = images(40);
      const values = {name: 'x', datatype: 'FP32', shape: [40, 144], parameters: {binary_data_size: x.byteLength}};
      const {body, headers} = binaryBody({inputs: [values], parameters: {binary_data_output: true}}, x);
      const init = {
        method: 'POST',
        body: pack(body),
        headers: {...headers, 'content-encoding': encoding, 'accept-encoding': encoding},
      };
      const reply = await call(`${url}/v2/models/relu/infer`, init);
      assert.equal(reply.headers.get('content-encoding'), encoding);
      assert.deepEqual(floats(reply), Array.from(x));
      assert.ok(unpack(pack(body)).equals(body));
    });
  }

  test('the repository: index, unload, load', async () => {
    const index = async (body?: object) => {
      const init = {method: 'POST', ...(body && {body: JSON.stringify(body)})};
      return (await call(`${url}/v2/repository/index`, init)).json as unknown as {name: string; state: string}[];
    };
    assert.equal((await index()).length, 6);
    assert.deepEqual((await call(`${url}/v2/repository/models/log/unload`, {method: 'POST'})).json, {});
    assert.equal((await call(`${url}/v2/models/log/ready`)).status, 404);
    assert.equal((await index({ready: true})).length, 5);
    assert.equal((await index()).find(({name}) => name === 'log')?.state, 'UNAVAILABLE');
    assert.equal((await post(`${url}/v2/repository/models/log/load`, {})).status, 200);
    assert.equal((await call(`${url}/v2/models/log/ready`)).status, 200);
    assert.equal((await post(`${url}/v2/repository/models/none/load`, {})).status, 404);
    assert.equal((await post(`${url}/v2/repository/models/log/load`, {parameters: {config: '{}'}})).status, 400);
  });

  test('TensorFlow Serving: predict by rows and by names, status, metadata', async () => {
    const x = images(2);
    const rows = [x.subarray(0, 144), x.subarray(144)].map(image =>
      Array.from({length: 12}, (_, i) => Array.from(image.subarray(i * 12, i * 12 + 12), value => [value])),
    );
    const {status, json} = await post(`${url}/v1/models/network:predict`, {instances: rows});
    assert.equal(status, 200);
    expectClose((json.predictions as number[][]).flat(), expected(x, 2));
    const outputs = await post(`${url}/v1/models/network/versions/1:predict`, {inputs: rows});
    assert.deepEqual(outputs.json.outputs, json.predictions);
    const named = {left: [1, 2, 3], right: [4, 5, 6], flag: [true, true, false]};
    const both = await post(`${url}/v1/models/both:predict`, {instances: [named]});
    assert.deepEqual(both.json.predictions, [{total: [5, 7, 9], and: [true, true, false]}]);
    assert.equal((await call(`${url}/v1/models/network`)).status, 200);
    assert.equal((await call(`${url}/v1/models/network/metadata`)).status, 200);
    assert.equal((await post(`${url}/v1/models/network:classify`, {})).status, 404);
    assert.equal((await post(`${url}/v1/models/network:predict`, {instances: [[[1]]]})).status, 400);
  });

  test('counts what it did, in statistics, metrics and on the status page', async () => {
    const {json} = await call(`${url}/v2/models/network/stats`);
    const [stats] = json.model_stats as {inference_count: number; execution_count: number}[];
    assert.ok(stats.inference_count >= stats.execution_count && stats.execution_count > 0);
    const metrics = (await call(`${url}/metrics`)).body.toString();
    assert.match(metrics, /tfjs_server_requests_total\{model="network",version="1",status="200"\} \d+/);
    assert.match(metrics, /tfjs_server_ready 1/);
    const status = await call(`${url}/status`);
    assert.equal((status.json.models as unknown[]).length, 6);
    assert.match((await call(`${url}/`)).headers.get('content-type') ?? '', /html/);
  });
});
