import '../../support/share_everything.js';
import * as tf from '@tensorflow/tfjs';
import {conv2d} from 'tfjs-conv';
import {THREAD_POOL} from '../../../kernels/wasm_core/generated/layout.js';
import '../../support/entry_points.js';

/*
 * A worker that dies, or that must not start.
 */

/** What the library starts workers with. */
interface Start {
  readonly memory: WebAssembly.Memory;
  readonly address: number;
}

const threads = process.getBuiltinModule('node:worker_threads');
const {Worker} = threads;
let starts: Start[] = [];
let isForbidden = false;
beforeAll(() => {
  threads.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      if (isForbidden) throw new Error('forbidden');
      super(...args);
      // The library's own: an evaluated worker with what it is sent.
      starts.push(args[1]?.workerData as Start);
    }
  };
});
afterAll(() => {
  threads.Worker = Worker;
});

async function setUp(name: string, count: number): Promise<void> {
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  tf.registerBackend(name, factory);
  tf.env().set('TFJS_CONV_THREADS', count);
  await tf.setBackend(name);
  starts = [];
  isForbidden = false;
}

const compute = (): number[] =>
  tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([1, 12, 11, 16], 0, 1, 'float32', 1);
    const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 16, 24], 0, 1, 'float32', 2);
    return [...conv2d(x, filter, {pad: 'same'}).dataSync()];
  });

describe.each(['cpu', 'wasm'])('%s', name => {
  test('computes alone what a worker was computing when it died, and all that comes after', async () => {
    await setUp(name, 1);
    const expected = compute();
    await setUp(name, 2);
    compute();
    const [{memory, address}] = starts;
    // It counts itself as computing, and never again as done.
    Atomics.add(new Int32Array(memory.buffer, address), THREAD_POOL.active, 1);
    expect(compute()).toEqual(expected);
    expect(compute()).toEqual(expected);
    expect(starts.length).toBe(1);
    expect(tf.memory().numTensors).toBe(0);
  });

  test('computes alone after a worker has failed', async () => {
    await setUp(name, 1);
    const expected = compute();
    await setUp(name, 2);
    compute();
    const [{memory, address}] = starts;
    Atomics.store(new Int32Array(memory.buffer, address), THREAD_POOL.failed, 1);
    expect(compute()).toEqual(expected);
    expect(compute()).toEqual(expected);
  });

  test('computes alone where workers are forbidden', async () => {
    await setUp(name, 1);
    const expected = compute();
    await setUp(name, 2);
    isForbidden = true;
    expect(compute()).toEqual(expected);
    expect(starts.length).toBe(0);
  });

  test('starts workers again after they have ended, as they do when there is nothing to do', async () => {
    await setUp(name, 2);
    const expected = compute();
    const [{memory, address}] = starts;
    Atomics.store(new Int32Array(memory.buffer, address), THREAD_POOL.workers, 0);
    expect(compute()).toEqual(expected);
    expect(starts.length).toBe(2);
  });

  afterAll(() => tf.removeBackend(name));
});
