import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {geometricMean} from '../compare.js';
import {OUT, writeSection} from '../docs.js';
import {fixed, markdownTable, terminalTable} from '../table.js';
import type {Column} from '../table.js';
import {randomNumbers} from '../turns.js';
import {sweepVariants} from './sweep_variants.js';
import type {TimeVariants} from './sweep_variants.js';
import type {LayerTimes} from './compare_layer.js';
import type {Swept, SweepOptions} from './options.js';
import {nameOf, randomLayer} from './random_layer.js';
import type {Kind, SweepLayer} from './random_layer.js';

export {parseSweep} from './options.js';

/*
 * Random layers of one backend, by ours and by the built-in kernels: prints the slowest by ratio.
 */

/** Multiplications of a layer at most, so that the built-in kernels take some tens of ms. */
const MOST: {readonly [B in Swept]: number} = {wasm: 1e8, cpu: 1e7, webgl: 3e6, tensorflow: 3e8};
/** Rounds of a layer, and of one that was slow. */
const [ROUNDS, ROUNDS_AGAIN] = [5, 9];
/** How often a slow layer is measured again; it is as slow as in the best of them. */
const AGAIN = 3;
/** How many of the slowest are listed. */
const LISTED = 20;

/** What times a layer by both, as compareLayer() does. */
type Compare = (layer: SweepLayer, rounds: number) => Promise<LayerTimes | null>;

/** What times layers. */
export interface Timers {
  readonly compare: Compare;
  readonly variants: TimeVariants;
}

interface Row extends LayerTimes {
  readonly layer: SweepLayer;
}

interface KindRow {
  readonly kind: string;
  readonly speedups: readonly number[];
}

const COLUMNS: ReadonlyArray<Column<Row>> = [
  {title: 'kind', text: true, cell: ({layer}) => layer.kind},
  {title: 'layer', text: true, cell: ({layer}) => nameOf(layer)},
  {title: 'ours ms', cell: ({ours}) => fixed(ours, 3)},
  {title: 'built-in ms', cell: ({builtin}) => fixed(builtin, 3)},
  {title: 'times as fast', cell: ({speedup}) => fixed(speedup, 2, 'x')},
];

const KIND_COLUMNS: ReadonlyArray<Column<KindRow>> = [
  {title: 'kind', text: true, cell: ({kind}) => kind},
  {title: 'layers', cell: ({speedups}) => String(speedups.length)},
  {title: 'geometric mean', cell: ({speedups}) => fixed(geometricMean(speedups), 2, 'x')},
  {title: 'slowest', cell: ({speedups}) => fixed(Math.min(...speedups), 2, 'x')},
];

const kindsOf = (rows: readonly Row[]): KindRow[] =>
  [...new Set(rows.map(({layer}) => layer.kind))].map(kind => ({
    kind,
    speedups: rows.filter(({layer}) => layer.kind === kind).map(({speedup}) => speedup),
  }));

/** Draws layers and measures each; what is slow again, as it counts only where it repeats. */
async function measureLayers({backend, count, seed, ops, seconds, below}: SweepOptions, compare: Compare) {
  const random = randomNumbers(seed);
  const start = performance.now();
  const secondsSince = (): number => (performance.now() - start) / 1000;
  const wrong: string[] = [];
  const measure = async (layer: SweepLayer, rounds: number): Promise<Row | null> => {
    try {
      const times = await compare(layer, rounds);
      return times === null ? null : {layer, ...times};
    } catch (error) {
      wrong.push(`${nameOf(layer)}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  };
  /** Kinds that the built-in kernels of the backend compute no layer of. */
  const unknown = new Set<Kind>();
  const rows: Row[] = [];
  for (let drawn = 0; drawn < count && secondsSince() < seconds; drawn++) {
    const kind = ops[drawn % ops.length];
    const layer = randomLayer(random, kind, MOST[backend]);
    const row = unknown.has(kind) ? null : await measure(layer, ROUNDS);
    if (row !== null) rows.push(row);
    else if (drawn < 4 * ops.length && !rows.some(({layer: other}) => other.kind === kind)) unknown.add(kind);
    if (drawn % 100 === 99) {
      const slow = rows.filter(({speedup}) => speedup < below).length;
      console.error(
        `${backend}: ${drawn + 1} of ${count} layers, ${Math.round(secondsSince())} s, ${slow} may be slow`,
      );
    }
  }
  const repeated: Row[] = [];
  for (const row of rows) {
    let best = row;
    for (let n = 0; n < AGAIN && best.speedup < below; n++) {
      const next = await measure(row.layer, ROUNDS_AGAIN);
      if (next !== null && next.speedup > best.speedup) best = next;
    }
    repeated.push(best);
  }
  return {rows: repeated.sort((a, b) => a.speedup - b.speedup), wrong};
}

/** Measures, prints and writes what was found; `machine` says where. Returns whether all results are right. */
export async function sweep(options: SweepOptions, machine: string, {compare, variants}: Timers): Promise<boolean> {
  const {backend, seed, below, docs} = options;
  if (options.variants.length > 0) {
    await sweepVariants(options, MOST[backend], variants);
    return true;
  }
  const {rows, wrong} = await measureLayers(options, compare);
  const all = rows.map(({speedup}) => speedup);
  const slow = all.filter(speedup => speedup < below);
  const summary =
    `${backend}: ${rows.length} layers of seed ${seed} that the built-in kernels compute, ${machine}: ` +
    `geometric mean ${fixed(geometricMean(all), 2)}x, ${slow.length} below ${below}x after ${AGAIN} repetitions, ` +
    `slowest ${fixed(Math.min(...all), 2)}x`;
  console.log(terminalTable(kindsOf(rows), KIND_COLUMNS));
  console.log(terminalTable(rows.slice(0, LISTED), COLUMNS));
  console.log([summary, ...wrong.map(line => `WRONG ${line}`)].join('\n'));
  mkdirSync(OUT, {recursive: true});
  const file = join(OUT, `sweep_${backend}_${seed}.json`);
  writeFileSync(file, JSON.stringify({summary, wrong, rows}, null, 1));
  console.log(`All layers: ${file}`);
  if (docs)
    writeSection('benchmarks_sweep.md', backend, `\n${summary}\n\n${markdownTable(rows.slice(0, 10), COLUMNS)}\n`);
  return wrong.length === 0;
}
