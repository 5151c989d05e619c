/** The server as a process among others: its logs, its health, and signals at any time. */
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {openSync, readFileSync} from 'node:fs';
import {type IncomingMessage, request} from 'node:http';
import {before, describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {call, input, post} from './support/client.js';
import {GRAPHS, writeModel} from './support/models.js';
import {freePort, isOk, spawnServer, startProcess, until} from './support/process.js';
import {temporaryFolder} from './support/server.js';

const DOCKERFILE = fileURLToPath(new URL('../../Dockerfile', import.meta.url));
const GOOD = {inputs: [input('x', 'FP32', [1, 1], [3])]};

describe('process', () => {
  let root = '';
  before(async () => {
    root = await temporaryFolder();
    await writeModel(root, 'relu', GRAPHS.relu);
  });

  test('logs are JSON lines, one an answer, with the id of the request', async () => {
    const {url, child} = await startProcess(root, ['--log-level', 'info'], {stdout: 'pipe'});
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await post(`${url}/v2/models/relu/infer`, GOOD, {'x-request-id': 'the "id"'});
    await call(`${url}/v2/models/none`);
    child.kill('SIGTERM');
    await once(child, 'close');
    const lines = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    const answers = lines.filter(({msg}) => msg === 'answered');
    assert.deepEqual(
      answers.map(({url: path, status}) => [path, status]),
      [
        ['/v2/models/relu/infer', 200],
        ['/v2/models/none', 404],
      ],
    );
    assert.equal(answers[0].reqId, 'the "id"');
    assert.ok(lines.every(({level, time}) => typeof level === 'number' && typeof time === 'number'));
  });

  test('logs that cannot be written do not stop it', {skip: process.platform !== 'linux'}, async () => {
    const {url, child, exited} = await startProcess(root, ['--log-level', 'info'], {
      stdout: openSync('/dev/full', 'w'),
    });
    for (let i = 0; i < 100; i++) assert.equal((await post(`${url}/v2/models/relu/infer`, GOOD)).status, 200);
    child.kill('SIGTERM');
    assert.deepEqual(await exited, [0, null]);
  });

  test("the image's HEALTHCHECK says whether it lives", async () => {
    const {port} = await startProcess(root);
    const [, json] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(readFileSync(DOCKERFILE, 'utf8')) ?? [];
    const [command, ...args] = JSON.parse(json) as string[];
    assert.equal(command, 'node');
    const check = (at: number): number | null =>
      spawnSync(process.execPath, args, {env: {...process.env, TFJS_SERVER_PORT: String(at)}, timeout: 180_000}).status;
    assert.equal(check(port), 0);
    assert.equal(check(await freePort()), 1);
  });

  test('told to end while it starts, once or more often, it ends', async () => {
    for (const isListening of [false, true]) {
      const port = await freePort();
      const {child, exited} = spawnServer(root, port);
      // Models are loaded while it listens.
      if (isListening) await until('it listens', () => isOk(`http://127.0.0.1:${port}/v2/health/live`));
      for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) child.kill(signal);
      const [code, signal] = await exited;
      // Node itself has no handlers before the server sets them, and there is nothing to answer.
      if (isListening || signal === null) assert.equal(code, 0);
      else assert.match(signal, /^SIG(TERM|INT)$/);
    }
  });

  test('told to end a second time, it still answers what it accepted', async () => {
    const {url, child, exited} = await startProcess(root);
    const body = JSON.stringify(GOOD);
    const headers = {expect: '100-continue', 'content-length': body.length};
    const sent = request(`${url}/v2/models/relu/infer`, {method: 'POST', headers});
    sent.flushHeaders();
    await once(sent, 'continue');
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) child.kill(signal);
    await until('it does not listen', async () => !(await isOk(`${url}/v2/health/live`)));
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers.connection, 'close');
    response.resume();
    assert.deepEqual(await exited, [0, null]);
  });
});
