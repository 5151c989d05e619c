import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {ceilingOf} from './ceiling.js';
import {speedup, summaryLine} from './compare.js';
import type {Comparison} from './compare.js';
import {measureLayer} from './measure_layer.js';
import type {LayerResult} from './measure_layer.js';
import {onnxRuntimeNode} from './peers/onnxruntime_node.js';
import {onnxRuntimeWeb} from './peers/onnxruntime_web.js';
import {oursCpu, oursWasm} from './peers/ours.js';
import {tfjsCpu} from './peers/tfjs_cpu.js';
import {tfjsWasm} from './peers/tfjs_wasm.js';
import {plot} from './plot.js';
import {LAYERS} from './shapes.js';
import {fixed, layerColumns, markdownTable, terminalTable} from './table.js';

/** npm runs scripts in the package's folder. */
const ROOT = process.cwd();

const {values: options} = parseArgs({options: {
  rounds: {type: 'string', default: '15'},
  only: {type: 'string', default: ''},
  /** Puts table and plot into docs/. */
  docs: {type: 'boolean', default: false},
}});

const PEERS = [oursWasm, oursCpu, tfjsWasm, onnxRuntimeWeb, onnxRuntimeNode, tfjsCpu];

const COMPARISONS: readonly Comparison[] = [
  {title: 'wasm', ours: oursWasm.name, against: [tfjsWasm.name, onnxRuntimeWeb.name]},
  {title: 'cpu', ours: oursCpu.name, against: [tfjsCpu.name]},
  {title: 'native', ours: oursWasm.name, against: [onnxRuntimeNode.name]},
];

async function measureAll(): Promise<LayerResult[]> {
  const layers = LAYERS.filter(({name}) => name.includes(options.only));
  const ceiling = ceilingOf();
  const results: LayerResult[] = [];
  for (const [i, layer] of layers.entries()) {
    process.stderr.write(`[${i + 1}/${layers.length}] ${layer.name} ...`);
    const result = await measureLayer(layer, PEERS, Number(options.rounds), ceiling);
    process.stderr.write(` ${COMPARISONS.map(one => `${one.title} ${fixed(speedup(result, one), 2, 'x')}`).join(', ')}\n`);
    results.push(result);
  }
  return results;
}

/** Replaces what stands between the markers of docs/benchmarks.md. */
function writeDocs(section: string): void {
  const page = join(ROOT, 'docs', 'benchmarks.md');
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, text.replace(
      /(<!-- layers -->\n)[^]*(<!-- \/layers -->)/, (_, open: string, close: string) => `${open}${section}\n${close}`));
}

const results = await measureAll();
const machine = `Node ${process.versions.node}, ${cpus()[0].model.trim()}, one thread, up to ${options.rounds} rounds`;
const lines = [...COMPARISONS.map(one => summaryLine(results, one)), machine];
const columns = layerColumns(results, COMPARISONS);
console.log(terminalTable(results, columns));
console.log(lines.join('\n'));
const out = join(ROOT, 'bench', 'out');
mkdirSync(out, {recursive: true});
writeFileSync(join(out, 'layers.json'), JSON.stringify({summary: lines, results}, null, 2));
for (const folder of [out, ...options.docs ? [join(ROOT, 'docs')] : []]) {
  for (const one of COMPARISONS.slice(0, 2)) writeFileSync(join(folder, `benchmarks_${one.title}.svg`), plot(results, one));
}
console.log('bench/out: layers.json, benchmarks_wasm.svg, benchmarks_cpu.svg');
if (options.docs) writeDocs(`${markdownTable(results, columns)}\n\n${lines.map(line => `- ${line}`).join('\n')}`);
// ONNX Runtime keeps the process alive.
process.exit(0);
