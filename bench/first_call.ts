import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
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

function inProcess(folder: string, peer: string, state: State, layers: readonly string[]): Record<string, FirstCall> {
  const program = join(folder, 'first_call_process.mjs');
  const {stdout, stderr, status} = spawnSync(process.execPath, [...process.execArgv, program, peer, state, ...layers], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${state} first calls of ${layers.join(', ')} on ${peer}: ${stderr}`);
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Record<string, FirstCall>;
}

const medianOf = (calls: readonly FirstCall[]): FirstCall => ({
  first: median(calls.map(({first}) => first)),
  later: median(calls.map(({later}) => later)),
});

/** Medians over processes that run these layers, one after the other. `folder` has the bundles. */
export function firstCalls(folder: string, state: State, layers: readonly string[]): FirstCalls {
  const peers = Object.entries(PROCESSES[state]).map(([peer, count]) => {
    const processes = Array.from({length: count}, () => inProcess(folder, peer, state, layers));
    return {peer, processes};
  });
  return Object.fromEntries(
    layers.map(layer => [
      layer,
      Object.fromEntries(peers.map(({peer, processes}) => [peer, medianOf(processes.map(calls => calls[layer]))])),
    ]),
  );
}
