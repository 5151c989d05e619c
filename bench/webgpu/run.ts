import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {backend, registerBackend, removeBackend, setBackend} from '@tensorflow/tfjs-core';
import 'tfjs-conv/webgpu';
import {gpuErrors} from '../../test/support/load/gpu_errors.js';
import {createWebGPUBackend} from '../../test/support/load/webgpu.js';
import {speedups, summaryLine} from '../compare.js';
import type {Comparison} from '../compare.js';
import {OUT} from '../docs.js';
import {measure} from '../measure.js';
import type {Measured} from '../measure.js';
import {roundingOf} from '../measure_layer.js';
import {fixed, nameColumn, speedupColumns, terminalTable, timeColumns} from '../table.js';
import type {Column} from '../table.js';
import {isClock} from './clock.js';
import {BUILTIN, OURS, PEERS} from './contestants.js';
import {forwardTasks, gradientTasks, variantTasks} from './tasks.js';

const {values: options} = parseArgs({
  options: {
    rounds: {type: 'string', default: '5'},
    only: {type: 'string', default: ''},
    /** The gradients in place of the forward. */
    gradients: {type: 'boolean', default: false},
    /** Layers of 3x3 by tiles and by Winograd's tiles, in place of those against the built-in. */
    winograd: {type: 'boolean', default: false},
    /** Every variant that computes a layer too. */
    variants: {type: 'boolean', default: false},
    /** Other runtimes too. */
    peers: {type: 'boolean', default: false},
    clock: {type: 'string', default: 'processor'},
    /** Time in ms after which a contestant leaves out rounds. */
    longest: {type: 'string', default: '1000'},
    /** Who runs alone, so that its first call is the first of a process. */
    alone: {type: 'string', default: ''},
    /** The name of what is written to bench/out. */
    out: {type: 'string', default: 'webgpu'},
  },
});

/** What a run writes, for docs/. */
export interface WebGPUResult {
  /** What the adapter says of itself. */
  readonly adapter: string;
  readonly results: readonly WebGPUMeasured[];
  readonly comparisons: readonly Comparison[];
}

export interface WebGPUMeasured extends Measured {
  readonly variant?: string;
}

/** The two variants that compute 3x3. */
const [TILES, WINOGRAD] = ['tiles_textures', 'winograd_textures'];
const COMPARISONS: readonly Comparison[] = [
  {title: 'against the built-in', ours: OURS, against: [BUILTIN]},
  ...PEERS.map(({name}) => ({title: `against ${name}`, ours: OURS, against: [name]})),
  {title: 'gemm against tiles', ours: 'gemm', against: ['tiles']},
  {title: 'Winograd against tiles', ours: WINOGRAD, against: [TILES]},
];
const {clock} = options;
if (!isClock(clock)) throw new Error(`no clock ${clock}`);

removeBackend('webgpu');
registerBackend('webgpu', () => createWebGPUBackend({fillsOutputs: false}));
await setBackend('webgpu');
const {adapterInfo} = backend() as WebGPUBackend;

const tasks = options.winograd
  ? variantTasks(clock, [WINOGRAD, TILES])
  : options.gradients
    ? gradientTasks(clock)
    : forwardTasks(clock, options);

const results: WebGPUMeasured[] = [];
for (const {name, terms, variant, contestants} of tasks.filter(task => task.name.includes(options.only))) {
  const all = await contestants();
  const measured = await measure(name, options.alone === '' ? all : all.filter(one => one.name === options.alone), {
    rounds: Number(options.rounds),
    timeEach: Number(options.longest),
    bound: () => roundingOf(terms),
  });
  if (gpuErrors.length > 0) throw new Error(`${name}: ${gpuErrors.join('\n')}`);
  results.push({...measured, variant});
  console.error(
    name,
    ...Object.entries(measured.timings).map(
      ([who, {median, first}]) => `${who} ${fixed(median, 3)} (first ${fixed(first, 0)})`,
    ),
  );
}
const comparisons = COMPARISONS.filter(one => speedups(results, one).length > 0);
const columns: Array<Column<WebGPUMeasured>> = [
  nameColumn('task'),
  {title: 'variant', text: true, cell: ({variant = ''}) => variant},
  ...timeColumns(results, clock === 'gpu' ? 3 : 1),
  ...speedupColumns(comparisons),
];
console.log(terminalTable(results, columns));
comparisons.forEach(one => console.log(summaryLine(results, one)));
const written: WebGPUResult = {adapter: JSON.stringify(adapterInfo), results, comparisons};
mkdirSync(OUT, {recursive: true});
writeFileSync(join(OUT, `${options.out}.json`), JSON.stringify(written, null, 2));
process.exit(0);
