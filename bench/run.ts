import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {ready, setBackend} from '@tensorflow/tfjs-core';
import {cpuVariantOf} from './layer.js';
import {measure} from './measure.js';
import type {LayerResult} from './measure.js';
import {oursCpu} from './peers/ours_cpu.js';
import {tfjsCpu} from './peers/tfjs_cpu.js';
import {geometricMean, markdownTable, plot, speedup, terminalTable} from './report.js';
import {LAYERS} from './shapes.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const {values: options} = parseArgs({options: {
  rounds: {type: 'string', default: '7'},
  only: {type: 'string', default: ''},
  /** Puts table and plot into docs/. */
  docs: {type: 'boolean', default: false},
}});

const OURS = oursCpu.name;

async function measureAll(): Promise<LayerResult[]> {
  const layers = LAYERS.filter(({name}) => name.includes(options.only));
  const results: LayerResult[] = [];
  for (const [i, layer] of layers.entries()) {
    process.stderr.write(`[${i + 1}/${layers.length}] ${layer.name} ...`);
    const result = await measure(layer, [oursCpu, tfjsCpu], Number(options.rounds), cpuVariantOf(layer));
    process.stderr.write(` ${speedup(result, OURS).toFixed(2)}x\n`);
    results.push(result);
  }
  return results;
}

/** Replaces what stands between the markers of docs/benchmarks.md. */
function writeDocs(section: string, svg: string): void {
  const page = join(ROOT, 'docs', 'benchmarks.md');
  const text = readFileSync(page, 'utf8');
  const replaced = text.replace(
      /(<!-- cpu -->\n)[^]*(<!-- \/cpu -->)/, (_, open: string, close: string) => `${open}${section}\n${close}`);
  writeFileSync(page, replaced);
  writeFileSync(join(ROOT, 'docs', 'benchmarks_cpu.svg'), svg);
}

await setBackend('cpu');
await ready();
const results = await measureAll();
const ratios = results.map(result => speedup(result, OURS));
const summary = `geometric mean ${geometricMean(ratios).toFixed(2)}x, slowest layer ${Math.min(...ratios).toFixed(2)}x ` +
    `(Node ${process.versions.node}, ${cpus()[0].model.trim()}, one thread, ${options.rounds} rounds)`;
console.log(terminalTable(results, OURS));
console.log(summary);
const out = join(ROOT, 'bench', 'out');
mkdirSync(out, {recursive: true});
writeFileSync(join(out, 'cpu.json'), JSON.stringify({summary, results}, null, 2));
writeFileSync(join(out, 'cpu.svg'), plot(results, OURS));
console.log('bench/out/cpu.json, bench/out/cpu.svg');
if (options.docs) writeDocs(`${markdownTable(results, OURS)}\n\n${summary}`, plot(results, OURS));
