/** One layer in a process of its own: node first_call_process.mjs <peer> <layer>; writes a FirstCall as JSON. */
import {median} from './measure.js';
import {operandsOf} from './measure_layer.js';
import {oursWasm} from './peers/ours.js';
import {tfjsWasm} from './peers/tfjs_wasm.js';
import {LAYERS} from './shapes.js';

/** Calls stop after so many ms, or this many of them; the second half are later ones. */
const [TIME, CALLS] = [300, 40];

const [peerName, layerName] = process.argv.slice(2);
const peer = [oursWasm, tfjsWasm].find(({name}) => name === peerName);
const layer = LAYERS.find(({name}) => name === layerName);
if (peer === undefined || layer === undefined) throw new Error(`no such peer or layer: ${peerName}, ${layerName}`);
await peer.activate();
const prepared = await peer.prepare(layer, ...operandsOf(layer));
const times: number[] = [];
for (let spent = 0; times.length < 2 || (times.length < CALLS && spent < TIME);) {
  const start = performance.now();
  const output = await prepared.run();
  times.push(performance.now() - start);
  output.dispose();
  spent += times[times.length - 1];
}
console.log(JSON.stringify({first: times[0], later: median(times.slice(Math.ceil(times.length / 2)))}));
