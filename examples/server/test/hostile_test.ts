/** Whatever a client sends, it gets the protocol's error, and the server goes on. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chmod, mkdir, rm, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {before, describe, test} from 'node:test';
import {gzipSync} from 'node:zlib';
import {binaryBody, call, input, post} from './support/client.js';
import {GRAPHS, writeModel, writeNetwork} from './support/models.js';
import {mutateBytes, mutateJson, randomIntegers} from './support/mutate.js';
import {cutOff, exchange, head} from './support/raw.js';
import {start, temporaryFolder} from './support/server.js';

const MUTANTS = Number(process.env.TFJS_SERVER_TEST_MUTANTS ?? 4000);
const LIMITS = {maxBodyBytes: 200_000, maxJsonBytes: 100_000, maxRows: 8};
const INFER = '/v2/models/relu/infer';

const x = (shape: unknown, data: unknown, rest: object = {}) => ({
  inputs: [{name: 'x', datatype: 'FP32', shape, data, ...rest}],
});
const good = x([1, 2], [-1, 2]);
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** [title, body, status, what the error says] */
const BAD: readonly (readonly [string, unknown, number, RegExp])[] = [
  ['no JSON', '{"inputs": [', 400, /is not JSON/],
  ['nothing', '', 400, /is not JSON/],
  ['NaN in JSON', '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[NaN]}]}', 400, /is not JSON/],
  ['a list', [], 400, /the request is an object/],
  ['no inputs', {}, 400, /inputs is a list/],
  ['empty inputs', {inputs: []}, 400, /input 'x' is missing/],
  ['an input that is none', {inputs: [1]}, 400, /an input is an object/],
  ['an unknown input', {inputs: [input('z', 'FP32', [1, 1], [1])]}, 400, /no input "z"; there are 'x'/],
  ['an input twice', {inputs: [...good.inputs, ...good.inputs]}, 400, /has 1 inputs; got 2/],
  ['another datatype', {inputs: [input('x', 'INT64', [1, 1], [1])]}, 400, /has datatype FP32; got "INT64"/],
  ['no datatype', {inputs: [{name: 'x', shape: [1], data: [1]}]}, 400, /has datatype FP32; got nothing/],
  ['no shape', x(undefined, [1]), 400, /shape of input 'x' is a list/],
  ['another rank', x([2], [1, 2]), 400, /has shape \[-1,-1\]; got \[2\]/],
  ['no rows', x([0, 2], []), 400, /integers from 1/],
  ['a negative size', x([-1, 2], [1, 2]), 400, /integers from 1/],
  ['a size that is none', x([1.5, 2], [1, 2, 3]), 400, /integers from 1/],
  ['a shape beyond all memory', x([1e9, 1e9], [1]), 400, /more elements than the request/],
  ['a shape beyond the integers', x([2 ** 52, 2 ** 52], [1]), 400, /more elements than the request/],
  ['nine dimensions', x([1, 1, 1, 1, 1, 1, 1, 1, 1], [1]), 400, /8 dimensions/],
  ['too few elements', x([1, 3], [1, 2]), 400, /needs 3 elements; got 2/],
  ['too many elements', x([1, 1], [1, 2]), 400, /needs 1 elements; got 2/],
  ['rows of unequal length', x([2, 2], [[1, 2], [3]]), 400, /do not nest/],
  ['rows that nest too deep', x([1, 1], [[[1]]]), 400, /FP32 data are numbers/],
  ['a string for a number', x([1, 1], ['1']), 400, /FP32 data are numbers/],
  ['null for a number', x([1, 1], [null]), 400, /FP32 data are numbers/],
  ['a number beyond float32', x([1, 1], [1e39]), 400, /range of float32/],
  [
    'a number beyond all',
    '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[1e999]}]}',
    400,
    /range of float32/,
  ],
  ['data that are no list', x([1, 1], 7), 400, /data is a list/],
  [
    'deep JSON as data',
    `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":${deep(20_000)}}]}`,
    400,
    /data/,
  ],
  ['deep JSON as all', deep(20_000), 400, /is an object/],
  ['JSON that is deep and long', deep(45_000), 400, /nests deeper than 64/],
  ['long JSON whose brackets are in strings', `{"x": "${'\\"[{'.repeat(20_000)}"}`, 400, /inputs is a list/],
  ['an unknown output', {...good, outputs: [{name: 'q'}]}, 400, /no output "q"/],
  ['outputs that are none', {...good, outputs: 3}, 400, /outputs is a list/],
  ['a number as id', {...good, id: 3}, 400, /id is a string/],
  ['parameters that are none', {...good, parameters: []}, 400, /parameters of the request is an object/],
  ['a timeout that is none', {...good, parameters: {timeout: 'soon'}}, 400, /timeout is an integer/],
  ['shared memory', x([1, 1], [1], {parameters: {shared_memory_region: 'r'}}), 400, /shared memory/],
  ['classification', {...good, outputs: [{name: 'y', parameters: {classification: 2}}]}, 400, /classification/],
  ['a prototype', '{"__proto__":{"inputs":[]},"constructor":1}', 400, /inputs is a list/],
  [
    'binary data that are not there',
    x([1, 1], undefined, {parameters: {binary_data_size: 4}}),
    400,
    /has 0 bytes left/,
  ],
  ['JSON beyond its limit', x([1, 1], ['y'.repeat(120_000)]), 413, /JSON has 100000 bytes at most/],
  ['a body beyond its limit', 'y'.repeat(300_000), 413, /200000 bytes at most/],
];

describe('hostile clients', () => {
  let root = '';
  let url = '';

  before(async () => {
    root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
    await writeModel(root, 'fours', GRAPHS.fours);
    url = (await start(root, LIMITS)).url;
  });

  const stillWorks = async (at: string): Promise<void> => {
    const {status, json} = await post(at + INFER, good);
    assert.equal(status, 200);
    assert.deepEqual(json.outputs?.[0].data, [0, 2]);
  };

  for (const [title, body, status, says] of BAD) {
    test(title, async () => {
      const reply = await post(url + INFER, body);
      assert.equal(reply.status, status, reply.json.error);
      assert.match(reply.json.error ?? '', says);
      assert.deepEqual(Object.keys(reply.json), ['error']);
    });
  }

  test('wrong sizes of binary data', async () => {
    const floats = new Float32Array(4);
    const tensor = (size: unknown) => ({
      name: 'x',
      datatype: 'FP32',
      shape: [1, 4],
      parameters: {binary_data_size: size},
    });
    const send = (size: unknown, change: Record<string, string> = {}, bytes: ArrayBufferView = floats) => {
      const {body, headers} = binaryBody({inputs: [tensor(size)]}, bytes);
      return call(url + INFER, {method: 'POST', body, headers: {...headers, ...change}});
    };
    assert.equal((await send(16)).status, 200);
    for (const [size, change, bytes] of [
      [15, {}],
      [17, {}],
      [-1, {}],
      ['16', {}],
      [16, {}, new Uint8Array(20)],
      [16, {}, new Uint8Array(12)],
      [16, {'inference-header-content-length': '99999'}],
      [16, {'inference-header-content-length': '-1'}],
      [16, {'inference-header-content-length': '3'}],
      [16, {'inference-header-content-length': 'x'}],
    ] as const) {
      const {status, json} = await send(size, change, bytes);
      assert.equal(status, 400, JSON.stringify([size, change]));
      assert.ok(json.error);
    }
  });

  test('packed bodies that are none, are cut or swell beyond the limit', async () => {
    const send = async (body: Uint8Array, encoding: string) =>
      (await call(url + INFER, {method: 'POST', body: new Uint8Array(body), headers: {'content-encoding': encoding}}))
        .status;
    const whole = gzipSync(JSON.stringify(good));
    assert.equal(await send(whole, 'gzip'), 200);
    assert.equal(await send(whole, 'deflate'), 400);
    assert.equal(await send(whole.subarray(0, -9), 'gzip'), 400);
    assert.equal(await send(Buffer.from('no gzip'), 'gzip'), 400);
    assert.equal(await send(whole, 'br'), 415);
    assert.equal(await send(gzipSync(Buffer.alloc(50_000_000)), 'gzip'), 413);
  });

  test('too many rows, and what the model itself refuses', async () => {
    assert.equal(
      (
        await post(
          url + INFER,
          x(
            [9, 1],
            Array.from({length: 9}, () => 1),
          ),
        )
      ).status,
      413,
    );
    const failed = await post(`${url}/v2/models/fours/infer`, x([1, 3], [1, 2, 3]));
    assert.equal(failed.status, 500);
    assert.match(failed.json.error ?? '', /the model failed/);
    assert.equal((await post(`${url}/v2/models/fours/infer`, x([1, 4], [1, 2, 3, 4]))).status, 200);
  });

  test('paths and methods that there are none of', async () => {
    for (const path of [
      '/v2/models/..%2f..%2fetc/infer',
      '/v2/models/%00/infer',
      '/v2/models/%zz/infer',
      `/v2/models/${'a'.repeat(500)}/infer`,
      '/v3',
      '/v2/models/relu/versions/x/infer',
    ]) {
      const {status, json} = await post(url + path, good);
      assert.ok(status === 404 || status === 400 || status === 414, `${path}: ${status}`);
      assert.ok(json.error, path);
    }
    assert.equal((await call(url + INFER)).status, 404);
    assert.equal((await call(`${url}/v2/repository/models/..%2f..%2fetc/load`, {method: 'POST'})).status, 404);
  });

  test('what is no HTTP, too slow, or cut off', async () => {
    const {url} = await start(root, {...LIMITS, receiveTimeoutMs: 3000});
    const answers = await Promise.all([
      exchange(url, ['nonsense\r\n\r\n']),
      exchange(url, [head(INFER, {'Content-Length': 'many'})]),
      exchange(url, [head(INFER, {'X-Long': 'y'.repeat(20_000)})]),
      exchange(url, [head(INFER, {'Content-Length': 100}), ...Array.from({length: 40}, () => '{')], {pauseMs: 100}),
      exchange(url, ['POST ', INFER, ' HTTP/1.1\r\n', ...Array.from({length: 40}, (_, i) => `X-${i}: y\r\n`)], {
        pauseMs: 100,
      }),
      exchange(url, [head(INFER, {'Transfer-Encoding': 'chunked'}), 'zz\r\nnot hex\r\n\r\n']),
    ]);
    assert.deepEqual(
      answers.map(answer => /^HTTP\/1.1 (\d+)/.exec(answer)?.[1]),
      ['400', '400', '431', '408', '408', '400'],
    );
    for (const answer of answers) assert.match(answer, /\{"error":/);
    const body = JSON.stringify(good);
    await Promise.all(
      Array.from({length: 50}, (_, i) =>
        cutOff(url, head(INFER, {'Content-Length': body.length + 1}) + body.slice(0, i)),
      ),
    );
    await Promise.all(Array.from({length: 50}, () => cutOff(url, head(INFER, {'Content-Length': body.length}) + body)));
    await stillWorks(url);
  });

  test(`${MUTANTS} requests that are wrong somewhere`, async () => {
    const random = randomIntegers(1);
    const floats = new Float32Array(8);
    const {body: binary, headers} = binaryBody(
      {
        id: 'a',
        inputs: [{name: 'x', datatype: 'FP32', shape: [2, 4], parameters: {binary_data_size: 32}}],
        parameters: {binary_data_output: true},
      },
      floats,
    );
    const json = {
      id: 'a',
      inputs: [
        {
          name: 'x',
          datatype: 'FP32',
          shape: [2, 2],
          data: [
            [1, 2],
            [3, 4],
          ],
          parameters: {},
        },
      ],
      outputs: [{name: 'y', parameters: {binary_data: false}}],
      parameters: {timeout: 1e9},
    };
    const text = Buffer.from(JSON.stringify(json));
    const sends = [
      () => call(url + INFER, {method: 'POST', body: JSON.stringify(mutateJson(json, random))}),
      () => call(url + INFER, {method: 'POST', body: new Uint8Array(mutateBytes(text, random))}),
      () => call(url + INFER, {method: 'POST', body: new Uint8Array(mutateBytes(binary, random)), headers}),
    ];
    const seen = new Map<number, number>();
    for (let sent = 0; sent < MUTANTS; sent += 20) {
      const replies = await Promise.all(Array.from({length: 20}, (_, i) => sends[(sent + i) % sends.length]()));
      for (const {status, json: reply} of replies) {
        seen.set(status, (seen.get(status) ?? 0) + 1);
        assert.ok([200, 400, 413, 504].includes(status), `${status} ${reply.error}`);
        assert.equal(typeof reply.error === 'string', status !== 200);
      }
    }
    assert.ok((seen.get(400) ?? 0) > MUTANTS / 3);
    await stillWorks(url);
  });
});

describe('hostile folders', () => {
  test('models that lead out of the folder, or are broken, do not serve; the others do', async () => {
    const root = await temporaryFolder();
    const outside = await temporaryFolder();
    await writeModel(outside, 'secret', GRAPHS.relu);
    await writeModel(root, 'relu', GRAPHS.relu);
    const weights = (paths: unknown, shape = [1]) => [{paths, weights: [{name: 'w', shape, dtype: 'float32'}]}];
    const broken = {
      absolute: {weightsManifest: weights(['/etc/hostname'])},
      above: {weightsManifest: weights(['../../../etc/hostname'])},
      remote: {weightsManifest: weights(['http://127.0.0.1/w.bin'])},
      linked: {weightsManifest: weights(['link.bin'])},
      missing: {weightsManifest: weights(['none.bin'])},
      short: {weightsManifest: weights(['weights.bin'], [1000])},
      empty: {modelTopology: {}},
      topology: {modelTopology: 3},
    };
    for (const [name, change] of Object.entries(broken)) {
      const json = Object.assign({}, GRAPHS.relu['model.json'], change);
      await writeModel(root, name, {'model.json': json, 'weights.bin': Buffer.alloc(4)});
    }
    await symlink(join(outside, 'secret', '1', 'weights.bin'), join(root, 'linked', '1', 'link.bin'));
    await symlink(join(outside, 'secret'), join(root, 'outside'));
    await mkdir(join(root, 'text', '1'), {recursive: true});
    await writeFile(join(root, 'text', '1', 'model.json'), 'no JSON');
    await writeNetwork(root, 'options', '1', {workers: 'many'});
    await mkdir(join(root, '.hidden', '1'), {recursive: true});
    for (const name of ['secretive', 'pipe', 'folder']) await writeModel(root, name, GRAPHS.relu);
    await symlink('/etc/hostname', join(root, 'secretive', 'config.json'));
    await rm(join(root, 'pipe', '1', 'model.json'));
    spawnSync('mkfifo', [join(root, 'pipe', '1', 'model.json')]);
    await mkdir(join(root, 'folder', 'config.json'));
    await symlink('circle', join(root, 'circle'));
    await mkdir(join(root, 'around'));
    await symlink('1', join(root, 'around', '1'));
    await mkdir(join(root, 'file'));
    await writeFile(join(root, 'file', '1'), '');
    // Of these only 7 is a version.
    for (const version of ['7', '08', '9.5', '+9', '1e3', '9'.repeat(40)])
      await writeModel(root, 'versions', GRAPHS.relu, version);

    const {url} = await start(root);
    const rows = (await post(`${url}/v2/repository/index`, {})).json as unknown as {
      name: string;
      version: string;
      state: string;
      reason: string;
    }[];
    const states = new Map(rows.map(({name, state, reason}) => [name, {state, reason}]));
    assert.equal(states.get('relu')?.state, 'READY');
    const others = ['text', 'options', 'secretive', 'pipe', 'folder', 'circle', 'around', 'file'];
    for (const name of [...Object.keys(broken), ...others]) {
      assert.equal(states.get(name)?.state, 'UNAVAILABLE', name);
      assert.ok(states.get(name)?.reason, name);
    }
    assert.match(states.get('linked')?.reason ?? '', /leads out/);
    assert.match(states.get('above')?.reason ?? '', /within its folder/);
    assert.match(states.get('options')?.reason ?? '', /workers/);
    assert.match(states.get('secretive')?.reason ?? '', /config.json leads out/);
    assert.match(states.get('folder')?.reason ?? '', /config.json is no file/);
    assert.deepEqual(
      rows.filter(row => row.name === 'versions').map(({version, state}) => [version, state]),
      [['7', 'READY']],
    );
    assert.ok(!states.has('outside') && !states.has('.hidden'));
    const ready = await call(`${url}/v2/health/ready`);
    assert.equal(ready.status, 400);
    assert.match(ready.json.error ?? '', /is unavailable/);
  });

  test('a model whose folder may not be read is unavailable by itself, and goes on where it serves', async () => {
    const root = await temporaryFolder();
    for (const name of ['relu', 'serving']) await writeModel(root, name, GRAPHS.relu);
    const {url, context} = await start(root, {pollMs: 0});
    const {repository} = context;
    await writeModel(root, 'late', GRAPHS.relu);
    await chmod(root, 0o755);
    for (const name of ['serving', 'late']) await chmod(join(root, name), 0);
    const isOk = async (name: string): Promise<boolean> =>
      (await post(`${url}/v2/models/${name}/infer`, {inputs: [input('x', 'FP32', [1, 2], [1, -1])]})).status === 200;
    await asNobody(async () => {
      await repository.refresh();
      assert.deepEqual(
        (await repository.index()).map(({name, version, state}) => [name, version, state]),
        [
          ['relu', '1', 'READY'],
          ['serving', '1', 'READY'],
          ['serving', '', 'UNAVAILABLE'],
          ['late', '', 'UNAVAILABLE'],
        ],
      );
      await assert.rejects(repository.load('late'), /'late' does not load: EACCES/);
      assert.deepEqual(await Promise.all(['relu', 'serving', 'late'].map(isOk)), [true, true, false]);
      assert.match((await call(`${url}/v2/health/ready`)).json.error ?? '', /model late is unavailable: EACCES/);
    });
    for (const name of ['serving', 'late']) await chmod(join(root, name), 0o755);
    await repository.refresh();
    assert.deepEqual(
      repository.states().map(({name, version, state, reason}) => [name, version, state, reason]),
      ['relu', 'serving', 'late'].map(name => [name, '1', 'READY', '']),
    );
    assert.ok(await isOk('late'));
  });
});

/** Permissions do not bind the user root, who is another one meanwhile. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
