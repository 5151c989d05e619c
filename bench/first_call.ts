import {spawnSync} from 'node:child_process';
import {parseArgs} from 'node:util';
import {ready, setBackend} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import {median, product, pseudoRandom} from './measure.js';
import {oursWasm} from './peers/ours.js';
import {LAYERS} from './shapes.js';
import type {Layer} from './shapes.js';

/*
 * The first call of a process against a later one: each layer in processes of its own, which have set the backend and
 * made the tensors, and nothing else.
 */

const {values: options} = parseArgs({options: {
  processes: {type: 'string', default: '5'},
  only: {type: 'string', default: ''},
  /** Measures one layer in this process. */
  layer: {type: 'string'},
}});

interface Times {
  readonly first: number;
  readonly second: number;
  readonly later: number;
}

const CALLS = 25;

/** In a process that has called nothing yet. */
async function timesHere(layer: Layer): Promise<Times> {
  await setBackend('wasm');
  await ready();
  const [x, filter] = [layer.x, layer.filter].map((shape, i) => pseudoRandom(product(shape), i + 1));
  const {run} = await oursWasm.prepare(layer, x, filter);
  const times: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const start = performance.now();
    const output = await run();
    times.push(performance.now() - start);
    output.dispose();
  }
  return {first: times[0], second: times[1], later: median(times.slice(CALLS / 2))};
}

function timesElsewhere(layer: Layer): Times {
  const args = [...process.execArgv, process.argv[1], '--layer', layer.name];
  const {stdout, status} = spawnSync(process.execPath, args, {encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']});
  if (status !== 0) throw new Error(`the process of ${layer.name} failed`);
  return JSON.parse(stdout) as Times;
}

const here = LAYERS.find(({name}) => name === options.layer);
if (here !== undefined) {
  console.log(JSON.stringify(await timesHere(here)));
} else {
  for (const layer of LAYERS.filter(({name}) => name.includes(options.only))) {
    const all = Array.from({length: Number(options.processes)}, () => timesElsewhere(layer));
    const of = (key: keyof Times) => median(all.map(times => times[key]));
    const ratio = median(all.map(({first, later}) => first / later));
    console.log(`${layer.name.padEnd(38)} first ${of('first').toFixed(2)} ms, second ${of('second').toFixed(2)} ms, ` +
        `later ${of('later').toFixed(2)} ms, first over later ${ratio.toFixed(1)}x`);
  }
}
