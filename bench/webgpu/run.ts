import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {engine, env, registerBackend, removeBackend, setBackend, tensor, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import 'tfjs-conv/webgpu';
import {product} from '../../src/geometry/conv.js';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {NO_ACTIVATION} from '../../src/registry/kernel_names.js';
import {runKernel} from '../../src/registry/run_kernel.js';
import {createWebGPUBackend} from '../../test/support/load/webgpu.js';
import {summaryLine} from '../compare.js';
import type {Comparison} from '../compare.js';
import {OUT} from '../docs.js';
import {resolvedOf} from '../layer.js';
import {measure, pseudoRandom} from '../measure.js';
import type {Contestant, Measured} from '../measure.js';
import {GRADIENT_LAYERS} from '../measure_gradients.js';
import {operandsOf, roundingOf} from '../measure_layer.js';
import {OUR_OPS} from '../peers/our_ops.js';
import {BUILTIN_OPS} from '../peers/tfjs.js';
import {conv, LAYERS} from '../shapes.js';
import type {Layer} from '../shapes.js';
import {fixed, nameColumn, speedupColumns, terminalTable, timeColumns} from '../table.js';
import {CLOCKS} from './clock.js';
import type {Clock} from './clock.js';

const {values: options} = parseArgs({
  options: {
    rounds: {type: 'string', default: '5'},
    only: {type: 'string', default: ''},
    /** The gradients in place of the forward. */
    gradients: {type: 'boolean', default: false},
    /** Layers of 3x3 by tiles and by Winograd's tiles, in place of those against the built-in. */
    winograd: {type: 'boolean', default: false},
    clock: {type: 'string', default: 'processor'},
    /** Time in ms after which a contestant leaves out rounds. */
    longest: {type: 'string', default: '1000'},
    /** Who runs alone, so that its first call is the first of a process. */
    alone: {type: 'string', default: ''},
  },
});

const OURS = 'tfjs-conv/webgpu';
const BUILTIN = 'tfjs-webgpu';
/** The two variants that compute 3x3. */
const [TILES, WINOGRAD] = ['tiles_textures', 'winograd_textures'];
const COMPARISON: Comparison = options.winograd
  ? {title: 'Winograd against tiles', ours: WINOGRAD, against: [TILES]}
  : {title: 'against the built-in', ours: OURS, against: [BUILTIN]};
const isClock = (name: string): name is Clock => name in CLOCKS;
if (!isClock(options.clock)) throw new Error(`no clock ${options.clock}`);
const clock = CLOCKS[options.clock];

removeBackend('webgpu');
registerBackend('webgpu', () => createWebGPUBackend({fillsOutputs: false}));
const activate = async (): Promise<void> => {
  await setBackend('webgpu');
};

/** What runs on tensors of these values. */
const contestant = (
  name: string,
  operands: ReadonlyArray<readonly [Float32Array, readonly number[]]>,
  run: (tensors: Tensor[]) => Tensor,
): Contestant => ({
  name,
  activate,
  prepare: () => {
    const tensors = operands.map(([values, shape]) => tensor(values, [...shape]));
    return Promise.resolve({
      run: () => clock(() => tidy(() => run(tensors))),
      dispose: () => tensors.forEach(one => one.dispose()),
    });
  },
});

/** A computation by ours and by the built-in kernels. */
interface Task {
  readonly name: string;
  readonly terms: number;
  readonly contestants: readonly Contestant[];
}

function forwardTask(layer: Layer): Task {
  const [x, filter] = operandsOf(layer);
  const operands = [
    [x, layer.x],
    [filter, layer.filter],
  ] as const;
  const {geometry: g} = resolvedOf(layer);
  return {
    name: layer.name,
    terms: (product(layer.filter) / g.outChannels) * g.groups,
    contestants: [
      contestant(OURS, operands, ([a, b]) => OUR_OPS[layer.op](a, b, layer)),
      contestant(BUILTIN, operands, ([a, b]) => BUILTIN_OPS[layer.op](a, b, layer)),
    ],
  };
}

function gradientTasks(layer: Layer): Task[] {
  const {geometry, outputShape} = resolvedOf(layer);
  const [x, filter] = operandsOf(layer);
  const dy = pseudoRandom(product(outputShape), 3);
  const [inputShape, filterShape] = [[...layer.x], [...layer.filter]];
  const attrs = {strides: 1, pad: 'same', dataFormat: 'NHWC', inputShape, filterShape};
  const forFilter = [
    [x, inputShape],
    [dy, outputShape],
  ] as const;
  const forInput = [
    [dy, outputShape],
    [filter, filterShape],
  ] as const;
  return [
    {
      name: `filter gradient, ${layer.name}`,
      terms: geometry.axes[1].output * geometry.axes[2].output,
      contestants: [
        contestant(OURS, forFilter, ([a, b]) =>
          runKernel('ConvNDBackpropFilter', {x: a, dy: b}, {geometry, outputShape: filterShape}),
        ),
        contestant(BUILTIN, forFilter, ([a, b]) => engine().runKernel('Conv2DBackpropFilter', {x: a, dy: b}, attrs)),
      ],
    },
    {
      name: `input gradient, ${layer.name}`,
      terms: product(filterShape) / geometry.inChannels,
      contestants: [
        contestant(OURS, forInput, ([a, b]) =>
          runKernel('ConvNDBackpropInput', {dy: a, filter: b}, {geometry, outputShape: inputShape, ...NO_ACTIVATION}),
        ),
        contestant(BUILTIN, forInput, ([a, b]) => engine().runKernel('Conv2DBackpropInput', {dy: a, filter: b}, attrs)),
      ],
    },
  ];
}

function winogradTask(size: number, channels: number): Task {
  const layer = conv(`3x3 ${size}x${size} ${channels}-${channels}`, [size, size, channels], [3, 3, channels, channels]);
  const [x, filter] = operandsOf(layer);
  const operands = [
    [x, layer.x],
    [filter, layer.filter],
  ] as const;
  const by = (variant: string): Contestant =>
    contestant(variant, operands, ([a, b]) => {
      env().set(VARIANT_FLAG, variant);
      return OUR_OPS[layer.op](a, b, layer);
    });
  return {name: layer.name, terms: 9 * channels, contestants: [by(WINOGRAD), by(TILES)]};
}

const winogradTasks = (): Task[] =>
  [32, 48, 64, 128].flatMap(channels => [7, 14, 28, 56].map(size => winogradTask(size, channels)));

const tasks = options.winograd
  ? winogradTasks()
  : options.gradients
    ? GRADIENT_LAYERS.filter(({options: {dilations}}) => dilations === undefined).flatMap(gradientTasks)
    : LAYERS.map(forwardTask);

await activate();
const results: Measured[] = [];
for (const {name, terms, contestants} of tasks.filter(task => task.name.includes(options.only))) {
  const measured = await measure(
    name,
    options.alone === '' ? contestants : contestants.filter(one => one.name === options.alone),
    {
      rounds: Number(options.rounds),
      timeEach: Number(options.longest),
      bound: () => roundingOf(terms),
    },
  );
  results.push(measured);
  console.error(
    name,
    ...Object.entries(measured.timings).map(
      ([who, {median, first}]) => `${who} ${fixed(median, 1)} (first ${fixed(first, 0)})`,
    ),
  );
}
const columns = [nameColumn('task'), ...timeColumns(results, 1), ...speedupColumns([COMPARISON])];
console.log(terminalTable(results, columns));
if (options.alone === '') console.log(summaryLine(results, COMPARISON));
writeFileSync(join(OUT, `webgpu${options.gradients ? '_gradients' : ''}.json`), JSON.stringify(results, null, 2));
process.exit(0);
