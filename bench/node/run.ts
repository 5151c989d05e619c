import {writeFileSync} from 'node:fs';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {dispose, setBackend, tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import {speedups, summaryLine} from '../compare.js';
import type {Comparison} from '../compare.js';
import {OUT, writeSection} from '../docs.js';
import {measure, pseudoRandom} from '../measure.js';
import type {Contestant, Measured} from '../measure.js';
import {layerOn} from '../measure_layer.js';
import type {Output, Runtime} from '../peers/peer.js';
import {conv, depthwise, LAYERS, transposed} from '../shapes.js';
import type {Layer} from '../shapes.js';
import {markdownTable, nameColumn, speedupColumns, terminalTable, timeColumns} from '../table.js';
import {builtin, onnx, ours} from './peers.js';
import {TASKS} from './tasks.js';
import type {Task} from './tasks.js';

const {values: options} = parseArgs({
  options: {
    threads: {type: 'string', default: '1'},
    rounds: {type: 'string', default: '101'},
    /** Of the order of the turns. */
    seed: {type: 'string', default: '1'},
    only: {type: 'string', default: ''},
    /** Puts the tables into docs/. */
    docs: {type: 'boolean', default: false},
  },
});

const turns = {rounds: Number(options.rounds), seed: Number(options.seed), timeAtLeast: 150};
const onnxRuntime = onnx(Number(options.threads));

const COMPARISONS: readonly Comparison[] = [
  {title: 'against tfjs-node', ours: ours.name, against: [builtin.name], paired: true},
  {title: 'against ONNX Runtime', ours: ours.name, against: [onnxRuntime.name]},
];

/** Largest difference of what tasks compute, over the largest number of each result. */
const TASK_BOUND = 1e-4;

/** All results one after the other, each over its largest number. */
function joined(results: readonly Tensor[]): Float32Array {
  return Float32Array.from(
    results.flatMap(result => {
      const values = [...result.dataSync<'float32'>()];
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return values.map(value => value / largest);
    }),
  );
}

/** A task by the op of one side. */
const taskOn = ({name, activate}: Runtime, {x, filter}: Task, run: Task['ours']): Contestant => ({
  name,
  activate,
  prepare: () => {
    const operands = [
      [x, 1],
      [filter, 2],
    ] as const;
    const [a, b] = operands.map(([shape, seed]) => tensor(pseudoRandom(product(shape), seed), [...shape]));
    return Promise.resolve({
      run: (): Output => {
        const results = tidy(() => run(a, b));
        return {values: () => joined(results), dispose: () => dispose(results)};
      },
      dispose: () => dispose([a, b]),
    });
  },
});

const isWanted = ({name}: {readonly name: string}): boolean => name.includes(options.only);

/** Small layers by every op, after which the JavaScript of both sides is compiled. */
const WARM_UP: readonly Layer[] = [
  conv('1-D', [64, 8], [3, 8, 8]),
  conv('2-D', [8, 8, 8], [3, 3, 8, 8]),
  conv('3-D', [4, 4, 4, 4], [3, 3, 3, 4, 4]),
  depthwise('depthwise', [8, 8, 8], 3),
  transposed('transposed', [8, 8, 8], 3, 2, 8),
];
for (const layer of WARM_UP) {
  const {contestants, bound} = layerOn(layer, [ours, builtin]);
  await measure(layer.name, contestants, {rounds: 3000, bound});
}

const results: Measured[] = [];
for (const layer of LAYERS.filter(isWanted)) {
  const {contestants, bound} = layerOn(layer, [ours, builtin, onnxRuntime]);
  results.push(await measure(layer.name, contestants, {...turns, bound}));
}
await setBackend('tensorflow');
for (const task of TASKS.filter(isWanted)) {
  const contestants = [taskOn(ours, task, task.ours), taskOn(builtin, task, task.builtin)];
  results.push(await measure(task.name, contestants, {...turns, bound: () => TASK_BOUND}));
}
const columns = [nameColumn('layer'), ...timeColumns(results, 3), ...speedupColumns(COMPARISONS)];
const lines = [
  ...COMPARISONS.filter(one => speedups(results, one).length > 0).map(one => summaryLine(results, one)),
  `${options.threads} thread${options.threads === '1' ? '' : 's'}, Node ${process.versions.node}, ${cpus()[0]?.model.trim() ?? process.arch}, ` +
    `${options.rounds} rounds or more, turns in the order of seed ${options.seed}`,
];
console.log(`${terminalTable(results, columns)}\n${lines.join('\n')}`);
writeFileSync(join(OUT, `node_${options.threads}.json`), JSON.stringify({lines, results}, null, 2));
if (options.docs) {
  writeSection(
    'benchmarks_node.md',
    options.threads,
    [markdownTable(results, columns), '', ...lines.map(text => `- ${text}`)].join('\n'),
  );
}
// ONNX Runtime keeps the process alive.
process.exit(0);
