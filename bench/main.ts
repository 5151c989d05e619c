/** Measures under every Node of legs.ts, and writes tables, JSON and plots: see docs/benchmarks.md. */
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {COMPARISONS, NETWORK_COMPARISONS} from './comparisons.js';
import {OUT, writePictures, writeSection} from './docs.js';
import type {LegResult} from './leg.js';
import {legsOf} from './legs.js';
import type {Leg} from './legs.js';
import {parseOptions} from './options.js';
import type {BenchOptions} from './options.js';
import {plot} from './plot.js';
import {legSections, summaryTable} from './report.js';
import {markdownTable, terminalTable} from './table.js';

function measureLeg(leg: Leg, {rounds, only, parts}: BenchOptions, thorough: boolean): LegResult {
  const out = join(OUT, `${leg.key}.json`);
  const args = ['--title', leg.title, '--out', out, '--rounds', String(rounds), '--only', only, '--parts', parts.join()];
  const {status} = spawnSync(
      leg.node, [...leg.flags, join(OUT, 'leg.mjs'), ...args, ...thorough ? ['--thorough'] : []],
      {stdio: ['ignore', 'inherit', 'inherit']});
  if (status !== 0) throw new Error(`${leg.title} ended with ${status}`);
  return JSON.parse(readFileSync(out, 'utf8')) as LegResult;
}

function plots(legs: readonly LegResult[]): Record<string, string> {
  const layers = legs.map(({title, layers}) => ({title, results: layers}));
  const networks = legs.map(({title, networks}) => ({title, results: networks}));
  return {
    'benchmarks_wasm.svg': plot(layers, COMPARISONS.wasm),
    'benchmarks_cpu.svg': plot(layers, COMPARISONS.cpu),
    'benchmarks_networks.svg': plot(networks, NETWORK_COMPARISONS.tfjs),
  };
}

const options = parseOptions();
const all = legsOf(process.cwd());
const legs = all.filter(({key}) => options.legs.length === 0 || options.legs.includes(key));
if (legs.length === 0) throw new Error(`--legs are ${all.map(({key}) => key).join(', ')}; got ${options.legs.join(', ')}`);
mkdirSync(OUT, {recursive: true});
const started = performance.now();
const results = legs.map((leg, i) => measureLeg(leg, options, i === 0));
for (const leg of results) console.log(legSections(leg, terminalTable).join('\n'));
console.log(`\n${summaryTable(results, terminalTable)}`);
const pictures = plots(results);
writePictures(pictures, options.docs);
if (options.docs) {
  const sections = results.flatMap(leg => legSections(leg, markdownTable));
  writeSection('benchmarks.md', 'results', [summaryTable(results, markdownTable), ...sections].join('\n\n'));
}
const minutes = ((performance.now() - started) / 60000).toFixed(1);
console.log(`${minutes} minutes; bench/out: ${[...legs.map(({key}) => `${key}.json`), ...Object.keys(pictures)].join(', ')}`);
