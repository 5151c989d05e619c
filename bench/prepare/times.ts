import {tensor} from '@tensorflow/tfjs-core';
import {prepare} from 'tfjs-conv';
import {product} from '../../src/geometry/conv.js';
import {median, pseudoRandom} from '../measure.js';
import {NETWORKS} from '../networks/networks.js';
import {seededWeights} from '../networks/weights.js';
import {networkOf} from '../peers/tfjs_network.js';

/** What has been done before the first prediction. */
export const STATES = ['not prepared', 'prepared'] as const;
export type State = (typeof STATES)[number];

/** Times in ms of one network in a process, or page, that runs nothing else. */
export interface Times {
  /** Of prepare(); 0 where it was not called. */
  readonly prepare: number;
  readonly runs: number;
  readonly first: number;
  /** Median of later predictions. */
  readonly later: number;
}

/** Predictions stop after so many ms, or this many of them; the second half are later ones. */
const [TIME, CALLS] = [3000, 20];

async function timed<T>(run: () => Promise<T>): Promise<[ms: number, result: T]> {
  const start = performance.now();
  const result = await run();
  return [performance.now() - start, result];
}

/** Predicts with a network on the current backend: other values each time, which are uploaded, and results read. */
export async function timesOf(name: string, state: State): Promise<Times> {
  const [network] = NETWORKS.filter(one => one.name === name);
  const {predict, dispose} = networkOf(network, seededWeights(network));
  const shape = [1, ...network.input];
  const predictOf = async (values: Float32Array) => {
    const x = tensor(values, shape);
    const y = predict(x);
    await y.data();
    y.dispose();
    x.dispose();
  };
  const [ms, {times: runs}] =
    // As pages do it: what compiles the programs side by side computes nothing, and a network like this keeps nothing.
    state === 'prepared' ? await timed(() => prepare({predict}, shape, {parallelCompile: true})) : [0, {times: []}];
  const times: number[] = [];
  for (let spent = 0; times.length < 4 || (times.length < CALLS && spent < TIME);) {
    const values = pseudoRandom(product(shape), times.length + 1);
    const [time] = await timed(() => predictOf(values));
    times.push(time);
    spent += time;
  }
  dispose();
  return {prepare: ms, runs: runs.length, first: times[0], later: median(times.slice(Math.ceil(times.length / 2)))};
}
