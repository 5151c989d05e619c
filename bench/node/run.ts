import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import Table from 'cli-table3';
import {measure, median} from '../measure.js';
import {geometricMean} from '../compare.js';
import {layerOn} from '../measure_layer.js';
import {LAYERS} from '../shapes.js';
import {builtin, onnx, ours} from './peers.js';
import {TASKS} from './tasks.js';
import type {Task} from './tasks.js';

/** npm runs scripts in the package's folder. */
const ROOT = process.cwd();

const {values: options} = parseArgs({options: {
  threads: {type: 'string', default: '1'},
  rounds: {type: 'string', default: '101'},
  only: {type: 'string', default: ''},
  /** Puts the tables into docs/. */
  docs: {type: 'boolean', default: false},
}});

interface Row {
  readonly name: string;
  readonly ours: number;
  readonly builtin: number;
  readonly onnx?: number;
}

async function measureLayers(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const layer of LAYERS.filter(({name}) => name.includes(options.only))) {
    const peers = [ours, builtin, onnx(Number(options.threads))];
    const {contestants, bound} = layerOn(layer, peers);
    const {timings} = await measure(layer.name, contestants, {rounds: Number(options.rounds), bound});
    const [a, b, c] = peers.map(({name}) => timings[name].median);
    rows.push({name: layer.name, ours: a, builtin: b, onnx: c});
  }
  return rows;
}

/** Largest difference of all results, relative to their largest number. */
function difference(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): number {
  return Math.max(...a.map((t, i) => tf.tidy(() =>
    tf.max(tf.abs(tf.sub(t, b[i]))).dataSync()[0] / tf.max(tf.abs(t)).dataSync()[0])));
}

function timed(run: () => tf.Tensor[]): number {
  const start = performance.now();
  const results = tf.tidy(run);
  const ms = performance.now() - start;
  tf.dispose(results);
  return ms;
}

/** Both ways in turns, once their results have been found to agree. */
function measureTask({name, x, filter, ours: our, builtin: theirs}: Task): Row {
  const tensors = [tf.randomUniform([...x], -1, 1, 'float32', 1), tf.randomUniform([...filter], -1, 1, 'float32', 2)] as const;
  const [a, b] = [tf.tidy(() => our(...tensors)), tf.tidy(() => theirs(...tensors))];
  const off = difference(a, b);
  if (!(off < 1e-4)) throw new Error(`${name}: results differ by ${off} of their largest number`);
  tf.dispose([a, b]);
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 2 * Number(options.rounds); round++) {
    for (const way of round % 2 === 0 ? [0, 1] : [1, 0]) {
      times[way].push(timed(() => way === 0 ? our(...tensors) : theirs(...tensors)));
    }
  }
  tf.dispose([...tensors]);
  return {name, ours: median(times[0]), builtin: median(times[1])};
}

const cells = ({name, ours: our, builtin: theirs, onnx: other}: Row): string[] => [
  name, our.toFixed(3), theirs.toFixed(3), other === undefined ? '-' : other.toFixed(3),
  `${(theirs / our).toFixed(2)}x`, other === undefined ? '-' : `${(other / our).toFixed(2)}x`,
];

const HEAD = ['layer', 'tfjs-conv/node ms', 'tfjs-node ms', 'onnxruntime-node ms', 'against tfjs-node', 'against ONNX Runtime'];

function summary(rows: readonly Row[]): string {
  const against = rows.map(row => row.builtin / row.ours);
  const native = rows.flatMap(row => row.onnx === undefined ? [] : [row.onnx / row.ours]);
  return `${options.threads} thread${options.threads === '1' ? '' : 's'}: against tfjs-node ${geometricMean(against).toFixed(2)}x, ` +
      `slowest ${Math.min(...against).toFixed(2)}x; against onnxruntime-node ${geometricMean(native).toFixed(2)}x, ` +
      `slowest ${Math.min(...native).toFixed(2)}x`;
}

/** Replaces what stands between the markers of this number of threads in docs/benchmarks_node.md. */
function writeDocs(section: string): void {
  const page = join(ROOT, 'docs', 'benchmarks_node.md');
  const text = readFileSync(page, 'utf8');
  const marks = new RegExp(`(<!-- ${options.threads} -->\n)[^]*(<!-- /${options.threads} -->)`);
  writeFileSync(page, text.replace(marks, (_, open: string, close: string) => `${open}${section}\n${close}`));
}

const layers = await measureLayers();
await tf.setBackend('tensorflow');
const rows = [...layers, ...TASKS.filter(({name}) => name.includes(options.only)).map(measureTask)];
const table = new Table({head: HEAD, style: {head: [], border: []}});
table.push(...rows.map(cells));
const lines = [summary(rows), `Node ${process.versions.node}, ${cpus()[0].model.trim()}, ${options.rounds} rounds`];
console.log(`${table.toString()}\n${lines.join('\n')}`);
mkdirSync(join(ROOT, 'bench', 'out'), {recursive: true});
writeFileSync(join(ROOT, 'bench', 'out', `node_${options.threads}.json`), JSON.stringify({lines, rows}, null, 2));
if (options.docs) {
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const aligned = line(HEAD.map((_, i) => i === 0 ? '---' : '---:'));
  writeDocs([line(HEAD), aligned, ...rows.map(row => line(cells(row))), '', ...lines.map(text => `- ${text}`)].join('\n'));
}
// ONNX Runtime keeps the process alive.
process.exit(0);
