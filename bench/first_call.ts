import {join} from 'node:path';
import {jsonOfProcess} from './json_process.js';
import {median} from './measure.js';
import {builtin, ours} from './peers/backends.js';

/** Times in ms of a layer's first call, whatever it compiles, packs or allocates, and of a later one. */
export interface FirstCall {
  readonly first: number;
  readonly later: number;
}

/**
 * What has run in a process before a layer's first call: nothing, so that the engine, TensorFlow.js and the kernels start
 * with it; or other layers, so that only its geometry and its filter are new.
 */
export const STATES = ['fresh', 'warm'] as const;
export type State = (typeof STATES)[number];

/** First calls by layer and peer. */
export type FirstCalls = Readonly<Record<string, Readonly<Record<string, FirstCall>>>>;

/** Processes for each peer. */
const PROCESSES: {readonly [S in State]: Readonly<Record<string, number>>} = {
  fresh: {[ours.wasm.name]: 3, [builtin.wasm.name]: 1},
  warm: {[ours.wasm.name]: 5, [builtin.wasm.name]: 1},
};

const medianOf = (calls: readonly FirstCall[]): FirstCall => ({
  first: median(calls.map(({first}) => first)),
  later: median(calls.map(({later}) => later)),
});

/** Medians over processes that run these layers, one after the other. `folder` has the bundles. */
export function firstCalls(folder: string, state: State, layers: readonly string[]): FirstCalls {
  const program = join(folder, 'first_call_process.mjs');
  const inProcess = (peer: string): Record<string, FirstCall> =>
    jsonOfProcess([...process.execArgv, program, peer, state, ...layers]);
  const peers = Object.entries(PROCESSES[state]).map(([peer, count]) => {
    const processes = Array.from({length: count}, () => inProcess(peer));
    return {peer, processes};
  });
  return Object.fromEntries(
    layers.map(layer => [
      layer,
      Object.fromEntries(peers.map(({peer, processes}) => [peer, medianOf(processes.map(calls => calls[layer]))])),
    ]),
  );
}
