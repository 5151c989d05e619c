import {parseArgs} from 'node:util';
import {ready, setBackend, tensor} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import 'tfjs-conv/wasm';
import {wasmTable} from '../kernels/wasm/kernel_table.js';
import {filterShape, xShape, yShape} from '../src/geometry/conv.js';
import type {ConvGeometry} from '../src/geometry/conv.js';
import {LINEAR} from '../src/registry/kernel_names.js';
import {runKernel} from '../src/registry/run_kernel.js';
import {selectVariant} from '../src/registry/select.js';
import {geometryOf} from './layer.js';
import {median, pseudoRandom, product} from './measure.js';
import {LAYERS} from './shapes.js';

/*
 * Both gradients of every layer, on the wasm backend, against its forward: the three run in turns.
 */

const {values: options} = parseArgs({options: {
  rounds: {type: 'string', default: '15'},
  only: {type: 'string', default: ''},
}});

interface Pass {
  readonly name: string;
  readonly variant: string;
  readonly run: () => Tensor;
}

const random = (shape: readonly number[], seed: number): Tensor =>
    tensor(pseudoRandom(product(shape), seed), [...shape], 'float32');

function passesOf(geometry: ConvGeometry): Pass[] {
  const [x, filter, dy] = [xShape, filterShape, yShape].map((shape, i) => random(shape(geometry), i));
  const attrs = (of: Tensor) => ({geometry, outputShape: of.shape, ...LINEAR});
  return [
    {
      name: 'forward', variant: selectVariant(wasmTable.ConvND, attrs(dy)).name,
      run: () => runKernel('ConvND', {x, filter}, attrs(dy)),
    },
    {
      name: 'input gradient', variant: selectVariant(wasmTable.ConvNDBackpropInput, attrs(x)).name,
      run: () => runKernel('ConvNDBackpropInput', {dy, filter}, attrs(x)),
    },
    {
      name: 'filter gradient', variant: selectVariant(wasmTable.ConvNDBackpropFilter, attrs(filter)).name,
      run: () => runKernel('ConvNDBackpropFilter', {x, dy}, attrs(filter)),
    },
  ];
}

function timed({run}: Pass): number {
  const start = performance.now();
  const result = run();
  const ms = performance.now() - start;
  result.dispose();
  return ms;
}

await setBackend('wasm');
await ready();
for (const layer of LAYERS.filter(({name}) => name.includes(options.only))) {
  const passes = passesOf(geometryOf(layer));
  const times: number[][] = passes.map(() => []);
  // The first two rounds are compiled and packed in.
  for (let round = -2; round < Number(options.rounds); round++) {
    passes.forEach((pass, p) => {
      const ms = timed(pass);
      if (round >= 0) times[p].push(ms);
    });
  }
  const medians = times.map(process.env.MIN ? t => Math.min(...t) : median);
  console.log(`${layer.name.padEnd(38)} ${passes.map(({name, variant}, p) =>
      `${name} ${medians[p].toFixed(2)} ms ${(medians[p] / medians[0]).toFixed(2)}x ${variant}`).join(', ')}`);
}
