import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {median} from './measure.js';
import {oursWasm} from './peers/ours.js';
import {tfjsWasm} from './peers/tfjs_wasm.js';

/** Times in ms of the first call in a process, whatever it compiles, packs or allocates, and of a later one. */
export interface FirstCall {
  readonly first: number;
  readonly later: number;
}

/** Processes for each of them. */
const PROCESSES = {[oursWasm.name]: 3, [tfjsWasm.name]: 1};

function inProcess(folder: string, peer: string, layer: string): FirstCall {
  const program = join(folder, 'first_call_process.mjs');
  const {stdout, stderr, status} =
      spawnSync(process.execPath, [...process.execArgv, program, peer, layer], {encoding: 'utf8'});
  if (status !== 0) throw new Error(`first call of ${layer} on ${peer}: ${stderr}`);
  return JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as FirstCall;
}

/** Medians over processes that run nothing but one layer, by peer. `folder` has the bundles. */
export function firstCalls(folder: string, layer: string): Record<string, FirstCall> {
  return Object.fromEntries(Object.entries(PROCESSES).map(([peer, count]) => {
    const calls = Array.from({length: count}, () => inProcess(folder, peer, layer));
    return [peer, {first: median(calls.map(({first}) => first)), later: median(calls.map(({later}) => later))}];
  }));
}
