/**
 * Everything at once, with flat memory: two and a half minutes by default, beside the other tests, and longer by
 * TFJS_SERVER_TEST_SOAK_SECONDS=3600 npm run soak.
 */
import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {binaryBody, call, input, post} from './support/client.js';
import {GRAPHS, images, writeModel, writeNetwork} from './support/models.js';
import {cutOff, head} from './support/raw.js';
import {startProcess, until} from './support/process.js';
import {temporaryFolder} from './support/server.js';

const SECONDS = Number(process.env.TFJS_SERVER_TEST_SOAK_SECONDS ?? 150);
const CLIENTS = 4;
/** Of a client between two requests, so that the tests beside it have the machine. */
const PAUSE_MS = 25;
/** A slow machine takes as long as it needs for these, so that memory is compared after as many requests. */
const REQUESTS = SECONDS * 40;
const RELOADS = SECONDS / 4;
const SAMPLES = 30;
/** Bytes of the main thread's heap that a request may leave: a listener, a timer or a place in a queue takes more. */
const LEFT_BYTES = 200;
/** Of the resident memory after the warm-up, which has the heaps and the tensors of the workers too. */
const GROWTH = 0.15;
const MIB = 2 ** 20;
/**
 * Garbage is collected before each look. V8 gives itself more room for young objects the longer it runs, which is no leak:
 * here it has as much from the start.
 */
const FLAGS = [
  '--expose-gc',
  '--max-semi-space-size=2',
  '--import=data:text/javascript,process.on("SIGUSR2",()=>globalThis.gc())',
];

interface Sample {
  readonly requests: number;
  /** Of the main thread, in bytes. */
  readonly heap: number;
  /** Of the process, in MiB. */
  readonly resident: number;
}

const least = (samples: readonly Sample[], of: (sample: Sample) => number): number => Math.min(...samples.map(of));

describe('soak', () => {
  test(`${SECONDS} s of good, bad and broken requests, and of models that come and go`, async () => {
    const root = await temporaryFolder();
    await writeNetwork(root);
    await writeModel(root, 'relu', GRAPHS.relu);
    await writeModel(root, 'fours', GRAPHS.fours);
    // A worker whose heap grows by that much ends, which is counted.
    const {url, child} = await startProcess(root, ['--worker-heap-mb', '96'], {flags: FLAGS});
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
        await pause(PAUSE_MS);
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
    const work = Promise.all([...Array.from({length: CLIENTS}, client), reloads()]);
    const metrics = async (): Promise<string> => (await call(`${url}/metrics`)).body.toString();
    const valueOf = (text: string, metric: string): number =>
      Number(
        text
          .split('\n')
          .find(line => line.startsWith(`${metric} `))
          ?.split(' ')[1],
      );
    const samples: Sample[] = [];
    const tensors = new Set<number>();
    const measure = async (): Promise<void> => {
      child.kill('SIGUSR2');
      const text = await metrics();
      samples.push({
        requests: count,
        heap: valueOf(text, 'tfjs_server_nodejs_heap_size_used_bytes'),
        resident: valueOf(text, 'tfjs_server_process_resident_memory_bytes') / MIB,
      });
      tensors.add(valueOf(text, 'tfjs_server_worker_tensors{model="relu",version="1"}'));
    };
    const started = performance.now();
    const progress = (): number =>
      Math.min((performance.now() - started) / 1000 / SECONDS, count / REQUESTS, reloaded / RELOADS);
    while (samples.length < SAMPLES) {
      // What goes wrong in a client ends the test at once.
      await Promise.race([work, pause(100)]);
      if (progress() >= (samples.length + 1) / SAMPLES) await measure();
    }
    isDone = true;
    await work;
    await until('no request holds memory', async () => valueOf(await metrics(), 'tfjs_server_pending_bytes') === 0);
    // The least of a third of the run: while a model is replaced, two threads have it.
    const [, middle, end] = [0, 1, 2].map(third => samples.slice((third * SAMPLES) / 3, ((third + 1) * SAMPLES) / 3));
    const left =
      (least(end, ({heap}) => heap) - least(middle, ({heap}) => heap)) / (end[0].requests - middle[0].requests);
    const [before, after] = [middle, end].map(third => least(third, ({resident}) => resident));
    console.log(
      `${count} requests, ${reloaded} loads; ${left.toFixed(0)} bytes of heap a request, resident ${before.toFixed(0)} and ${after.toFixed(0)} MiB`,
    );
    const story = samples.map(({heap, resident}) => `${(heap / MIB).toFixed(1)} of ${resident.toFixed(0)}`).join(', ');
    assert.equal(tensors.size, 1, `tensors in a worker: ${[...tensors].join(', ')}`);
    assert.doesNotMatch(await metrics(), /worker_deaths_total\{/);
    assert.ok(left < LEFT_BYTES, `heap of resident memory, in MiB: ${story}`);
    assert.ok(after < before * (1 + GROWTH), `heap of resident memory, in MiB: ${story}`);
  });
});
