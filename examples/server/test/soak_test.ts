/** Everything at once, with flat memory: half a minute by default, TFJS_SERVER_TEST_SOAK_SECONDS=300 npm run soak for longer. */
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {binaryBody, call, input, post} from './support/client.js';
import {GRAPHS, images, writeModel, writeNetwork} from './support/models.js';
import {cutOff, head} from './support/raw.js';
import {startProcess, until} from './support/process.js';
import {temporaryFolder} from './support/server.js';

const SECONDS = Number(process.env.TFJS_SERVER_TEST_SOAK_SECONDS ?? 30);
/** A slow machine takes as long as it needs for these, so that memory is compared after as many requests. */
const REQUESTS = SECONDS * 100;
const RELOADS = SECONDS / 4;
/** Of the resident memory after the warm-up: what the heap of a busy process moves by. */
const GROWTH = 0.25;
const SAMPLES = 24;
const MIB = 2 ** 20;

describe('soak', () => {
  test(`${SECONDS} s of good, bad and broken requests, and of models that come and go`, async () => {
    const root = await temporaryFolder();
    await writeNetwork(root);
    await writeModel(root, 'relu', GRAPHS.relu);
    await writeModel(root, 'fours', GRAPHS.fours);
    const {url} = await startProcess(root);
    const {json} = await call(`${url}/v2/models/network`);
    const [{name}] = json.inputs as {name: string}[];
    const x = images(4);
    const tensor = {name, datatype: 'FP32', shape: [4, 12, 12, 1], parameters: {binary_data_size: x.byteLength}};
    const binary = binaryBody({inputs: [tensor], parameters: {binary_data_output: true}}, x);
    const relu = `${url}/v2/models/relu/infer`;
    /** What clients do, and the status that each gets. */
    const acts: readonly (readonly [() => Promise<{status: number}>, number])[] = [
      [() => call(`${url}/v2/models/network/infer`, {method: 'POST', ...binary}), 200],
      [
        () =>
          post(
            relu,
            {inputs: [input('x', 'FP32', [2, 300], Array.from(images(5).subarray(0, 600)))]},
            {'accept-encoding': 'gzip'},
          ),
        200,
      ],
      [() => post(relu, {inputs: [input('x', 'FP32', [1, 1], ['no'])]}), 400],
      [() => post(`${url}/v2/models/fours/infer`, {inputs: [input('x', 'FP32', [1, 5], [1, 2, 3, 4, 5])]}), 500],
      [() => post(`${url}/v1/models/relu:predict`, {instances: [[1, -1]]}), 200],
    ];
    let isDone = false;
    let count = 0;
    let reloaded = 0;
    const client = async (_: unknown, n: number): Promise<void> => {
      for (let i = n; !isDone; i++) {
        const [act, wanted] = acts[i % acts.length];
        assert.equal((await act()).status, wanted, `act ${i % acts.length}`);
        count++;
        if (i % 7 === 0) await cutOff(relu, head('/v2/models/relu/infer', {'Content-Length': 1000}) + '{"inputs":');
      }
    };
    const reloads = async (): Promise<void> => {
      while (!isDone) {
        assert.equal((await post(`${url}/v2/repository/models/network/load`, {})).status, 200);
        reloaded++;
        await pause(2000);
      }
    };
    const work = Promise.all([...Array.from({length: 4}, client), reloads()]);
    const resident: number[] = [];
    const tensors = new Set<number>();
    const measure = async (): Promise<void> => {
      const text = (await call(`${url}/metrics`)).body.toString();
      resident.push(Number(/tfjs_server_process_resident_memory_bytes (\d+)/.exec(text)?.[1]) / MIB);
      tensors.add(Number(/worker_tensors\{model="relu",version="1"\} (\d+)/.exec(text)?.[1]));
    };
    const started = performance.now();
    const progress = (): number =>
      Math.min((performance.now() - started) / 1000 / SECONDS, count / REQUESTS, reloaded / RELOADS);
    while (resident.length < SAMPLES) {
      // What goes wrong in a client ends the test at once.
      await Promise.race([work, pause(100)]);
      if (progress() >= (resident.length + 1) / SAMPLES) await measure();
    }
    isDone = true;
    await work;
    await until('no request holds memory', async () =>
      /tfjs_server_pending_bytes 0\n/.test((await call(`${url}/metrics`)).body.toString()),
    );
    // The least of a third of the run: while a model is replaced, two threads have it.
    const [, middle, end] = [0, 1, 2].map(third =>
      Math.min(...resident.slice((third * SAMPLES) / 3, ((third + 1) * SAMPLES) / 3)),
    );
    console.log(`${count} requests, ${middle.toFixed(0)} MiB in the middle, ${end.toFixed(0)} MiB at the end`);
    assert.equal(tensors.size, 1, `tensors in a worker: ${[...tensors].join(', ')}`);
    assert.ok(end < middle * (1 + GROWTH), `resident memory: ${resident.map(Math.round).join(', ')} MiB`);
  });
});
