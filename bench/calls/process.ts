import '@tensorflow/tfjs-backend-wasm';
import {fill, setBackend} from '@tensorflow/tfjs-core';
import {CASES, FIRST_CALLS, tinyModel} from './cases.js';
import type {Conv2d} from './cases.js';

/** What a process that measures a call says, in microseconds. */
export interface CallTimes {
  /** The first calls, in order. */
  readonly calls: readonly number[];
  /** Least time of a call, over runs of a hundred, of twenty thousand calls. */
  readonly steady: number;
}

/** What a process that starts says, in ms of processor time. */
export interface StartTimes {
  /** Until the backend, and the kernels on it, are there and a first prediction has been read. */
  readonly setUp: number;
  /** The same and what loading the code takes, from the start of the process. */
  readonly program: number;
}

/** The kernels of a process: what makes them those of the backend, and the op that is called. */
export interface Kernels {
  readonly activate: () => void;
  readonly conv2d: Conv2d;
}

const [STEADY_RUNS, STEADY_CALLS] = [200, 100];

function timesOf(name: string, conv2d: Conv2d): CallTimes {
  const found = CASES.find(one => one.name === name);
  if (found === undefined) throw new Error(`no such call: ${name}`);
  const {before, run} = found.prepare(conv2d);
  for (let i = 0; i < 3; i++) before().dispose();
  const calls = Array.from({length: FIRST_CALLS}, () => {
    const start = performance.now();
    const y = run();
    const time = performance.now() - start;
    y.dispose();
    return 1000 * time;
  });
  const runs = Array.from({length: STEADY_RUNS}, () => {
    const start = performance.now();
    for (let i = 0; i < STEADY_CALLS; i++) run().dispose();
    return (1000 * (performance.now() - start)) / STEADY_CALLS;
  });
  return {calls, steady: Math.min(...runs)};
}

const processorTime = (): number => {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
};

/** Measures what the arguments of the process name, a call or 'start', and writes it as JSON. */
export async function measure({activate, conv2d}: Kernels): Promise<void> {
  const [name] = process.argv.slice(2);
  const loaded = processorTime();
  await setBackend('wasm');
  activate();
  if (name !== 'start') {
    console.log(JSON.stringify(timesOf(name, conv2d)));
    return;
  }
  const y = tinyModel()(fill([1, 8, 8, 3], 0.5));
  y.dataSync();
  const times: StartTimes = {setUp: processorTime() - loaded, program: processorTime()};
  console.log(JSON.stringify(times));
}
