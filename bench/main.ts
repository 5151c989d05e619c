/** Measures under every Node of runtimes.ts, and writes tables, JSON and plots: see docs/benchmarks.md. */
import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {COMPARISONS, NETWORK_COMPARISONS} from './comparisons.js';
import {OUT, writePictures, writeSection} from './docs.js';
import type {RuntimeResult} from './runtime.js';
import {runtimesOf} from './runtimes.js';
import type {Runtime} from './runtimes.js';
import {parseOptions} from './options.js';
import type {BenchOptions} from './options.js';
import {plot} from './plot.js';
import {runtimeSections, summaryTable} from './report.js';
import {markdownTable, terminalTable} from './table.js';

function measureRuntime(
  runtime: Runtime,
  {rounds, only, parts, threads}: BenchOptions,
  thorough: boolean,
): RuntimeResult {
  const out = join(OUT, `${runtime.key}.json`);
  const args = [
    '--title',
    runtime.title,
    '--out',
    out,
    '--rounds',
    String(rounds),
    '--only',
    only,
    '--parts',
    parts.join(),
  ];
  const {status} = spawnSync(
    runtime.node,
    [...runtime.flags, join(OUT, 'runtime.mjs'), ...args, ...(thorough ? ['--thorough'] : [])],
    {stdio: ['ignore', 'inherit', 'inherit'], env: {...process.env, TFJS_CONV_THREADS: String(threads)}},
  );
  if (status !== 0) throw new Error(`${runtime.title} ended with ${status}`);
  return JSON.parse(readFileSync(out, 'utf8')) as RuntimeResult;
}

function plots(runtimes: readonly RuntimeResult[]): Record<string, string> {
  const layers = runtimes.map(({title, layers}) => ({title, results: layers}));
  const networks = runtimes.map(({title, networks}) => ({title, results: networks}));
  return {
    'benchmarks_wasm.svg': plot(layers, COMPARISONS.wasm),
    'benchmarks_cpu.svg': plot(layers, COMPARISONS.cpu),
    'benchmarks_networks.svg': plot(networks, NETWORK_COMPARISONS.tfjs),
  };
}

const options = parseOptions();
const all = runtimesOf(process.cwd());
const runtimes = all.filter(({key}) => options.runtimes.length === 0 || options.runtimes.includes(key));
if (runtimes.length === 0)
  throw new Error(`--runtimes are ${all.map(({key}) => key).join(', ')}; got ${options.runtimes.join(', ')}`);
mkdirSync(OUT, {recursive: true});
const started = performance.now();
const results = runtimes.map((runtime, i) => measureRuntime(runtime, options, i === 0));
for (const runtime of results) console.log(runtimeSections(runtime, terminalTable).join('\n'));
console.log(`\n${summaryTable(results, options.threads, terminalTable)}`);
const pictures = plots(results);
writePictures(pictures, options.docs);
if (options.docs) {
  const sections = results.flatMap(runtime => runtimeSections(runtime, markdownTable));
  writeSection(
    'benchmarks.md',
    'results',
    [summaryTable(results, options.threads, markdownTable), ...sections].join('\n\n'),
  );
}
const minutes = ((performance.now() - started) / 60000).toFixed(1);
console.log(
  `${minutes} minutes; bench/out: ${[...runtimes.map(({key}) => `${key}.json`), ...Object.keys(pictures)].join(', ')}`,
);
