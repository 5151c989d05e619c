/*
 * A program whose convolutions run on threads, which test/specs/threads/life_test.ts bundles and starts: with a backend and
 * the name of what it does after that. It prints one line of JSON.
 */
import {Worker, isMainThread, workerData} from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {conv2d} from 'tfjs-conv';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';

const [backend, scenario]: readonly string[] = isMainThread ? process.argv.slice(2) : workerData;

/** Workers of the library. */
const workers: Worker[] = [];
let ended = 0;
process.on('worker', (worker: Worker) => {
  if (scenario === 'worker thread' && isMainThread) return;
  workers.push(worker);
  worker.once('exit', () => ended++);
});

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

/** The sum of a result that threads share. */
function compute(): number {
  return tf.tidy(() => {
    const x = tf.tensor4d(
      Float32Array.from({length: 40 * 40 * 32}, (_, i) => (i % 7) - 3),
      [1, 40, 40, 32],
    );
    const filter = tf.tensor4d(
      Float32Array.from({length: 9 * 32 * 32}, (_, i) => (i % 5) - 2),
      [3, 3, 32, 32],
    );
    return conv2d(x, filter, {pad: 'same', activation: 'relu'}).sum().dataSync()[0];
  });
}

const print = (values: object): void => console.log(JSON.stringify({...values, started: workers.length, ended}));

/** Waits until all workers have ended, which takes as long as the machine is busy; at most so many ms. */
async function allEnded(ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; ended < workers.length && Date.now() < end;) await wait(20);
}

/** Sets the backend up anew, as often as it says, and computes on each. */
async function cycle(renew: () => Promise<void>): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await renew();
    compute();
    await wait(0);
  }
}

const SCENARIOS: Readonly<Record<string, () => unknown>> = {
  end: () => print({}),
  'exit code': () => {
    print({});
    process.exitCode = 3;
  },
  exit: () => {
    print({});
    process.exit(4);
  },
  throw: () => {
    print({});
    throw new Error('of the program');
  },
  signal: async () => {
    print({});
    await wait(60_000);
  },
  remove: async () => {
    const factory = tf.findBackendFactory(backend);
    await cycle(async () => {
      tf.removeBackend(backend);
      tf.registerBackend(backend, factory);
      await tf.setBackend(backend);
    });
    tf.removeBackend(backend);
    await allEnded();
    print({});
  },
  reset: async () => {
    await cycle(async () => {
      tf.engine().reset();
      await tf.setBackend(backend);
    });
    tf.engine().reset();
    await allEnded();
    print({});
  },
  kill: async () => {
    const before = compute();
    await Promise.all(workers.map(worker => worker.terminate()));
    print({same: [compute(), compute()].every(sum => sum === before)});
  },
  'worker thread': async () => {
    const thread = new Worker(isMainThread ? process.argv[1] : '', {workerData: [backend, 'end']});
    await new Promise(resolve => thread.once('exit', resolve));
  },
};

async function main(): Promise<void> {
  await tf.setBackend(backend);
  if (!(isMainThread && scenario === 'worker thread')) {
    compute();
    // Workers begin to compute a moment after they have been started.
    await wait(200);
    compute();
  }
  await SCENARIOS[scenario]();
}

void main();
