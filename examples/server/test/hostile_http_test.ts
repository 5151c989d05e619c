/** HTTP as no client should speak it: whatever comes is answered or closed, and nothing of it stays in the server. */
import assert from 'node:assert/strict';
import {before, describe, test} from 'node:test';
import {deflateSync, gzipSync} from 'node:zlib';
import type {Server} from '../src/server.js';
import {binaryBody, call, input, post} from './support/client.js';
import {GRAPHS, writeModel} from './support/models.js';
import {mutateBytes, randomIntegers} from './support/mutate.js';
import {until} from './support/process.js';
import {cutOff, exchange, head} from './support/raw.js';
import {start, temporaryFolder} from './support/server.js';

const MUTANTS = Number(process.env.TFJS_SERVER_TEST_MUTANTS ?? 4000) / 4;
const LIMITS = {maxBodyBytes: 200_000, maxJsonBytes: 100_000};
const INFER = '/v2/models/relu/infer';
const GOOD = JSON.stringify({inputs: [input('x', 'FP32', [1, 2], [-1, 2])]});

/** The status of each answer of a connection, in order. */
const statusesOf = (received: string): number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

const request = (body: string, headers: Readonly<Record<string, string | number>> = {}, path = INFER): string =>
  head(path, {'Content-Length': Buffer.byteLength(body), ...headers}) + body;

describe('hostile HTTP', () => {
  let url = '';
  let server: Server;
  /** What does not arrive soon is answered 408. */
  let impatient: Server;

  before(async () => {
    const root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
    server = await start(root, LIMITS);
    url = server.url;
    impatient = await start(root, {...LIMITS, receiveTimeoutMs: 3000});
  });

  /** It answers, and holds nothing of the requests before: neither bytes nor places in the queue. */
  const isUnharmed = async ({url: at, context} = server): Promise<void> => {
    const {status, json} = await post(at + INFER, GOOD);
    assert.equal(status, 200);
    assert.deepEqual(json.outputs?.[0].data, [0, 2]);
    const {budget, repository} = context;
    const {batcher} = repository.find('relu', undefined);
    await until('nothing is left', () => budget.taken() === 0 && batcher.waiting() + batcher.running() === 0);
  };

  test('requests that follow each other without waiting are answered in order', async () => {
    const bodies = Array.from({length: 40}, (_, i) => (i % 4 === 3 ? '{"inputs": [' : GOOD));
    const pieces = bodies.map((body, i) => request(body, {Connection: i + 1 < bodies.length ? 'keep-alive' : 'close'}));
    const wanted = bodies.map(body => (body === GOOD ? 200 : 400));
    assert.deepEqual(statusesOf(await exchange(url, [pieces.join('')])), wanted);
    assert.deepEqual(statusesOf(await exchange(url, pieces, {pauseMs: 1})), wanted);
    await isUnharmed();
  });

  test('headers that are there twice, or contradict each other', async () => {
    const length = GOOD.length;
    const twice = (...lines: string[]): string =>
      head(INFER, {}).replace(/\r\n\r\n$/, `\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`);
    for (const [text, wanted] of [
      [twice(`Content-Length: ${length}`, `Content-Length: ${length}`), 400],
      [twice(`Content-Length: ${length}`, 'Content-Length: 1'), 400],
      [twice(`Content-Length: ${length}`, 'Transfer-Encoding: chunked'), 400],
      [twice(`Content-Length: ${length}`, 'Transfer-Encoding: gzip, chunked'), 400],
      [
        twice(`Content-Length: ${length}`, 'Inference-Header-Content-Length: 3', 'Inference-Header-Content-Length: 5'),
        400,
      ],
      [twice(`Content-Length: ${length}`, 'Content-Encoding: gzip', 'Content-Encoding: gzip'), 415],
      [twice(`Content-Length: ${length}`, 'Content-Length : 3'), 400],
      [twice(`Content-Length: -${length}`), 400],
      [twice(`Content-Length: ${length}`, 'hOST: other'), 400],
      [twice(`Content-Length: ${'9'.repeat(30)}`), 400],
      [twice(`Content-Length: ${length}`, 'X-Split: a\rb'), 400],
      [twice(...Array.from({length: 3000}, (_, i) => `X-${i}: y`)), 431],
    ] as const) {
      assert.equal(statusesOf(await exchange(url, [text + GOOD]))[0], wanted, text.slice(0, 200));
    }
    await isUnharmed();
  });

  test('old, new and odd HTTP', async () => {
    const text = request(GOOD, {Connection: 'close'});
    for (const [what, sent, wanted] of [
      ['HTTP/1.0 without Host', text.replace('HTTP/1.1\r\nHost: test', 'HTTP/1.0'), [200]],
      ['HTTP/1.1 without Host', text.replace('Host: test\r\n', ''), [400]],
      ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
      ['a whole URI', text.replace(INFER, `http://test${INFER}`), [200]],
      ['100-continue', text.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'), [100, 200]],
      ['another expectation', text.replace('\r\n\r\n', '\r\nExpect: money\r\n\r\n'), [417]],
      ['a protocol to go on with', text.replace('\r\n\r\n', '\r\nUpgrade: h2c\r\n\r\n'), [200]],
      ['a method that is none', text.replace('POST', 'HACK'), [400]],
      ['a method for other things', text.replace('POST', 'PROPFIND'), [404]],
      [
        'trailers',
        `${head(INFER, {'Transfer-Encoding': 'chunked', Connection: 'close'})}${GOOD.length.toString(16)}\r\n${GOOD}\r\n0\r\nX: y\r\n\r\n`,
        [200],
      ],
    ] as const) {
      const received = await exchange(url, [sent]);
      assert.deepEqual(statusesOf(received), wanted, what);
      assert.match(received, wanted[wanted.length - 1] === 200 ? /"model_name":"relu"/ : /\{"error":"/, what);
    }
    await isUnharmed();
  });

  test('chunks whose sizes are wrong', async () => {
    const chunked = (text: string, at = url): Promise<string> =>
      exchange(at, [head(INFER, {'Transfer-Encoding': 'chunked', Connection: 'close'}) + text]);
    const size = GOOD.length.toString(16);
    assert.deepEqual(statusesOf(await chunked(`${size}\r\n${GOOD}\r\n0\r\n\r\n`)), [200]);
    assert.deepEqual(
      statusesOf(await chunked([...GOOD].map(letter => `1\r\n${letter}\r\n`).join('') + '0\r\n\r\n')),
      [200],
    );
    for (const text of [
      `${(GOOD.length - 5).toString(16)}\r\n${GOOD}\r\n0\r\n\r\n`,
      `${(GOOD.length + 1).toString(16)}\r\n${GOOD}\r\n0\r\n\r\n`,
      `-1\r\n${GOOD}\r\n0\r\n\r\n`,
      `ffffffffffffffffff\r\n${GOOD}\r\n0\r\n\r\n`,
      `${size};${'x'.repeat(30_000)}\r\n${GOOD}\r\n0\r\n\r\n`,
      `\r\n${GOOD}\r\n0\r\n\r\n`,
    ]) {
      assert.match(String(statusesOf(await chunked(text))[0]), /^4(00|13|08)$/, text.slice(0, 60));
    }
    // Chunks that stop, and chunks beyond the limit.
    assert.deepEqual(statusesOf(await chunked(`${size}\r\n${GOOD}\r\n`, impatient.url)), [408]);
    const large = 'y'.repeat(0x10000);
    assert.deepEqual(statusesOf(await chunked(`10000\r\n${large}\r\n`.repeat(8) + '0\r\n\r\n')), [413]);
    await isUnharmed();
  });

  test('Inference-Header-Content-Length that is none, or lies', async () => {
    const floats = new Float32Array([-1, 2]);
    const tensor = {name: 'x', datatype: 'FP32', shape: [1, 2], parameters: {binary_data_size: 8}};
    const {body, headers} = binaryBody({inputs: [tensor]}, floats);
    const send = async (length: string): Promise<number> =>
      (
        await call(url + INFER, {
          method: 'POST',
          body,
          headers: {...headers, 'inference-header-content-length': length},
        })
      ).status;
    const right = Number(headers['inference-header-content-length']);
    assert.equal(await send(String(right)), 200);
    const wrong = [
      '0',
      '1',
      right - 1,
      right + 1,
      body.length,
      body.length + 1,
      '1e2',
      '+90',
      '0x5a',
      '9.0',
      '-0',
      '',
      '٩٠',
    ];
    for (const length of [...wrong.map(String).map(text => encodeURI(text)), '9'.repeat(15), '9'.repeat(400)]) {
      assert.equal(await send(length), 400, length);
    }
    await isUnharmed();
  });

  test('packed bodies that swell: in members, in layers, and many at a time', async () => {
    const send = async (body: Uint8Array, encoding: string): Promise<number> =>
      (await call(url + INFER, {method: 'POST', body: new Uint8Array(body), headers: {'content-encoding': encoding}}))
        .status;
    const bomb = gzipSync(Buffer.alloc(20_000_000, '['));
    assert.equal(
      await send(Buffer.concat(Array.from({length: 5}, () => gzipSync(Buffer.alloc(100_000)))), 'gzip'),
      413,
    );
    assert.equal(await send(deflateSync(Buffer.alloc(50_000_000)), 'deflate'), 413);
    // Only one layer is unpacked: what is within is no JSON.
    assert.equal(await send(gzipSync(bomb), 'gzip'), 400);
    assert.equal(await send(gzipSync(bomb), 'gzip, gzip'), 415);
    const many = await Promise.all(Array.from({length: 60}, () => send(bomb, 'gzip')));
    assert.deepEqual([...new Set(many)], [413]);
    await isUnharmed();
  });

  test('names and versions that are none', async () => {
    const names = [
      '..', '.', '%2e%2e', '..%2f..%2fetc%2fpasswd', '..%5c..%5c', 'relu%00', 'relu%2f1', 'relu%20', 'RELU', '%F0%9F%92%A9',
      'rel%C3%BC', '%ff%fe', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '*', ':model', '%', 'relu;x', 'a'.repeat(255),
    ]; // prettier-ignore
    const versions = ['1e0', '1e3', '-0', '-1', '+1', '01', '1.0', '0x1', '%201', '1%20', '..%2f', '%EF%BC%91', '9'.repeat(200), 'latest', '__proto__', 'NaN', 'null']; // prettier-ignore
    const paths = [
      ...names.flatMap(name => [`/v2/models/${name}/infer`, `/v1/models/${name}:predict`]),
      ...names.flatMap(name => ['load', 'unload'].map(what => `/v2/repository/models/${name}/${what}`)),
      ...versions.flatMap(version => [
        `/v2/models/relu/versions/${version}/infer`,
        `/v1/models/relu/versions/${version}:predict`,
      ]),
    ];
    for (const path of paths) {
      const [status] = statusesOf(await exchange(url, [request(GOOD, {Connection: 'close'}, path)]));
      assert.ok([400, 404, 414].includes(status), `${path}: ${status}`);
    }
    await isUnharmed();
  });

  test('ids of any length and letters come back as they are', async () => {
    for (const id of ['', 'i'.repeat(90_000), '日本 \u0000 "\\', '\ud800', '💩'.repeat(1000), '__proto__']) {
      const {status, json} = await post(url + INFER, {...(JSON.parse(GOOD) as object), id});
      assert.equal(status, 200);
      assert.equal(json.id, id);
    }
    await isUnharmed();
  });

  test('many that send nothing, a little, or all and go', async () => {
    const text = request(GOOD);
    const idle = Array.from({length: 200}, (_, i) => exchange(impatient.url, [text.slice(0, i % text.length)]));
    assert.equal((await post(impatient.url + INFER, GOOD)).status, 200);
    for (const received of await Promise.all(idle)) assert.ok(statusesOf(received).every(status => status === 408));
    await Promise.all(
      Array.from({length: 300}, (_, i) => cutOff(impatient.url, text.slice(0, 1 + ((i * 7) % text.length)))),
    );
    await isUnharmed(impatient);
  });

  test(`${MUTANTS} requests with wrong bytes anywhere, the head included`, async () => {
    const random = randomIntegers(2);
    const text = Buffer.from(request(GOOD, {Connection: 'close', 'Content-Type': 'application/json'}));
    const seen = new Set<number>();
    const PARALLEL = 500;
    for (let sent = 0; sent < MUTANTS; sent += PARALLEL) {
      const all = await Promise.all(
        Array.from({length: PARALLEL}, () => exchange(impatient.url, [mutateBytes(text, random)], {takesOne: true})),
      );
      for (const received of all) {
        const statuses = statusesOf(received);
        assert.ok(statuses.length > 0, 'it is closed without an answer');
        statuses.forEach(status => seen.add(status));
      }
    }
    for (const status of seen) assert.ok(status < 500, `status ${status}`);
    assert.ok(seen.has(400) && seen.has(404));
    await isUnharmed(impatient);
  });
});
