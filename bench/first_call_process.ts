/**
 * Layers in a process of their own: node first_call_process.mjs <peer> <fresh|warm> <layer> ...; writes a FirstCall of each
 * as JSON. In a warm process, other layers have run before.
 */
import {STATES} from './first_call.js';
import type {FirstCall} from './first_call.js';
import {median} from './measure.js';
import {operandsOf} from './measure_layer.js';
import {OTHER_LAYERS} from './other_shapes.js';
import {builtin, ours} from './peers/backends.js';
import type {Peer} from './peers/peer.js';
import {LAYERS} from './shapes.js';
import type {Layer} from './shapes.js';

/** Calls of a layer stop after so many ms, or this many of them; the second half are later ones. */
const [TIME, CALLS] = [300, 40];
/** Those of each other layer in a warm process. */
const OTHERS_TIME = 30;

const [peerName, state, ...names] = process.argv.slice(2);
const peer = [ours.wasm, builtin.wasm].find(({name}) => name === peerName);
const layers = LAYERS.filter(({name}) => names.includes(name));
if (peer === undefined || layers.length < names.length || !(STATES as readonly string[]).includes(state)) {
  throw new Error(`no such peer, state or layer: ${peerName}, ${state}, ${names.join()}`);
}
await peer.activate();

/** Times of a new layer's calls: nothing has run that has its geometry or its filter. */
async function timesOf({prepare}: Peer, layer: Layer, time: number): Promise<number[]> {
  const prepared = await prepare(layer, ...operandsOf(layer));
  const times: number[] = [];
  for (let spent = 0; times.length < 2 || (times.length < CALLS && spent < time);) {
    const start = performance.now();
    const output = await prepared.run();
    times.push(performance.now() - start);
    output.dispose();
    spent += times[times.length - 1];
  }
  await prepared.dispose();
  return times;
}

if (state === 'warm') for (const layer of OTHER_LAYERS) await timesOf(peer, layer, OTHERS_TIME);
const calls: Record<string, FirstCall> = {};
for (const layer of layers) {
  const times = await timesOf(peer, layer, TIME);
  calls[layer.name] = {first: times[0], later: median(times.slice(Math.ceil(times.length / 2)))};
}
console.log(JSON.stringify(calls));
