/** Random layers of one backend, by ours and by the built-in kernels: prints the slowest by ratio. */
import {mkdirSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {setBackend} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import 'tfjs-conv/cpu';
import 'tfjs-conv/node';
import 'tfjs-conv/wasm';
import {geometricMean} from '../compare.js';
import {OUT, writeSection} from '../docs.js';
import {fixed, markdownTable, terminalTable} from '../table.js';
import type {Column} from '../table.js';
import {randomNumbers} from '../turns.js';
import {compareLayer} from './compare_layer.js';
import type {LayerTimes} from './compare_layer.js';
import {parseSweep} from './options.js';
import type {Swept} from './options.js';
import {nameOf, randomLayer} from './random_layer.js';
import type {Kind, SweepLayer} from './random_layer.js';

const {backend, count, seed, ops, seconds, below, docs} = parseSweep();

/** Multiplications of a layer at most, so that the built-in kernels take some tens of ms. */
const MOST: {readonly [B in Swept]: number} = {wasm: 1e8, cpu: 1e7, tensorflow: 3e8};
/** Rounds of a layer, and of one that was slow. */
const [ROUNDS, ROUNDS_AGAIN] = [5, 9];
/** How often a slow layer is measured again; it is as slow as in the best of them. */
const AGAIN = 3;
/** How many of the slowest are listed. */
const LISTED = 20;

interface Row extends LayerTimes {
  readonly layer: SweepLayer;
}

// It has to be set up (npm run setup:node), so it is no import that a type check would look for.
if (backend === 'tensorflow') createRequire(join(process.cwd(), 'package.json'))('@tensorflow/tfjs-node');
await setBackend(backend);

const random = randomNumbers(seed);
const start = performance.now();
const secondsSince = (): number => (performance.now() - start) / 1000;
const wrong: string[] = [];
/** Kinds that the built-in kernels of the backend compute no layer of. */
const unknown = new Set<Kind>();

async function measure(layer: SweepLayer, rounds: number): Promise<Row | null> {
  try {
    const times = await compareLayer(backend, layer, rounds, random);
    return times === null ? null : {layer, ...times};
  } catch (error) {
    wrong.push(`${nameOf(layer)}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

const rows: Row[] = [];
let drawn = 0;
for (; drawn < count && secondsSince() < seconds; drawn++) {
  const kind = ops[drawn % ops.length];
  const layer = randomLayer(random, kind, MOST[backend]);
  const row = unknown.has(kind) ? null : await measure(layer, ROUNDS);
  if (row !== null) rows.push(row);
  else if (drawn < 4 * ops.length && !rows.some(({layer: other}) => other.kind === kind)) unknown.add(kind);
  if (drawn % 100 === 99) {
    const slow = rows.filter(({speedup}) => speedup < below).length;
    console.error(`${backend}: ${drawn + 1} of ${count} layers, ${Math.round(secondsSince())} s, ${slow} may be slow`);
  }
}

/** A row by the best of what it is measured again: only what repeats counts. */
async function again(row: Row): Promise<Row> {
  let best = row;
  for (let n = 0; n < AGAIN && best.speedup < below; n++) {
    const next = await measure(row.layer, ROUNDS_AGAIN);
    if (next !== null && next.speedup > best.speedup) best = next;
  }
  return best;
}

const bySpeed = (a: Row, b: Row): number => a.speedup - b.speedup;
const repeated: Row[] = [];
for (const row of rows) repeated.push(await again(row));
repeated.sort(bySpeed);
const slow = repeated.filter(({speedup}) => speedup < below);

const columns: ReadonlyArray<Column<Row>> = [
  {title: 'kind', text: true, cell: ({layer}) => layer.kind},
  {title: 'layer', text: true, cell: ({layer}) => nameOf(layer)},
  {title: 'ours ms', cell: ({ours}) => fixed(ours, 3)},
  {title: 'built-in ms', cell: ({builtin}) => fixed(builtin, 3)},
  {title: 'times as fast', cell: ({speedup}) => fixed(speedup, 2, 'x')},
];
interface KindRow {
  readonly kind: string;
  readonly speedups: readonly number[];
}
const kinds: KindRow[] = [...new Set(repeated.map(({layer}) => layer.kind))].map(kind => ({
  kind,
  speedups: repeated.filter(({layer}) => layer.kind === kind).map(({speedup}) => speedup),
}));
const kindColumns: ReadonlyArray<Column<KindRow>> = [
  {title: 'kind', text: true, cell: ({kind}) => kind},
  {title: 'layers', cell: ({speedups}) => String(speedups.length)},
  {title: 'geometric mean', cell: ({speedups}) => fixed(geometricMean(speedups), 2, 'x')},
  {title: 'slowest', cell: ({speedups}) => fixed(Math.min(...speedups), 2, 'x')},
];
const all = repeated.map(({speedup}) => speedup);
const summary =
  `${backend}: ${rows.length} layers of seed ${seed} that the built-in kernels compute, Node ${process.versions.node}: ` +
  `geometric mean ${fixed(geometricMean(all), 2)}x, ${slow.length} below ${below}x after ${AGAIN} repetitions, ` +
  `slowest ${fixed(Math.min(...all), 2)}x`;
console.log(terminalTable(kinds, kindColumns));
console.log(terminalTable(repeated.slice(0, LISTED), columns));
console.log([summary, ...wrong.map(line => `WRONG ${line}`)].join('\n'));
mkdirSync(OUT, {recursive: true});
writeFileSync(join(OUT, `sweep_${backend}.json`), JSON.stringify({summary, wrong, rows: repeated}, null, 1));
if (docs)
  writeSection('benchmarks_sweep.md', backend, `${summary}\n\n${markdownTable(repeated.slice(0, 10), columns)}`);
// TensorFlow keeps the process alive.
process.exit(wrong.length > 0 ? 1 : 0);
