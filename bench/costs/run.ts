import {parseArgs} from 'node:util';
import {CORE_BACKPROP_FILTER, CORE_FORWARD} from '../../kernels/wasm_core/algorithms/choice.js';
import {closeCall, openCall} from '../../kernels/wasm_core/call.js';
import {fftCosts, fftGradientCosts} from '../../kernels/wasm_core/algorithms/fft_cost.js';
import {forwardDirection} from '../../kernels/wasm_core/plan/direction.js';
import {NO_EPILOGUE} from '../../kernels/wasm_core/plan/conv_plan.js';
import {createFilterCache} from '../../kernels/wasm_core/runtime/filter_cache.js';
import {createHeap} from '../../kernels/wasm_core/runtime/heap.js';
import {coreName, instantiate} from '../../kernels/wasm_core/runtime/instantiate.js';
import type {Device} from '../../kernels/wasm_core/types.js';
import {cachedGeometry} from '../../src/geometry/geometry_cache.js';
import {filterShape, product, xShape, yShape} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {registerFlags} from '../../src/registry/flags.js';
import {env} from '@tensorflow/tfjs-core';
import {pseudoRandom} from '../measure.js';
import {ROWS} from './rows.js';

const {values: options} = parseArgs({
  options: {
    pass: {type: 'string', default: 'forward'},
    only: {type: 'string', default: ''},
    milliseconds: {type: 'string', default: '100'},
  },
});
registerFlags();

/** An algorithm that computes a layer. */
interface Contestant {
  readonly name: string;
  readonly run: () => void;
}

/** Whether a variant computes a geometry where it is asked for by name, or anyway. */
function takes(variant: {name: string; when: (g: ConvGeometry) => boolean}, g: ConvGeometry): boolean {
  env().set('TFJS_CONV_VARIANT', variant.name);
  const does = variant.when(g);
  env().set('TFJS_CONV_VARIANT', '');
  return does;
}

/** The variants of a pass on operands in a memory of their own; the filter stays packed. */
function contestantsOf(g: ConvGeometry): {contestants: Contestant[]; chosen: string} {
  const heap = createHeap();
  const device: Device = {core: instantiate(heap), filters: createFilterCache(heap)};
  const address = (values: Float32Array): number => {
    const pointer = heap.malloc(values.length * 4);
    new Float32Array(heap.memory.buffer, pointer, values.length).set(values);
    return pointer;
  };
  const [x, filter, dy] = [xShape(g), filterShape(g), yShape(g)].map((shape, i) =>
    address(pseudoRandom(product(shape), i + 1)),
  );
  const called = (compute: (call: ReturnType<typeof openCall>) => void) => () => {
    device.filters.startCall();
    const call = openCall(device);
    compute(call);
    closeCall(call);
  };
  const one = {key: {}, read: () => filter};
  const all =
    options.pass === 'gradient'
      ? CORE_BACKPROP_FILTER.map(variant => ({
          variant,
          run: called(call => variant.run(call, g, {x, dy, dfilter: filter})),
        }))
      : CORE_FORWARD.map(variant => ({
          variant,
          run: called(call => variant.run(call, g, {source: x, filter: one, result: dy, epilogue: NO_EPILOGUE})),
        }));
  return {
    contestants: all.filter(({variant}) => takes(variant, g)).map(({variant: {name}, run}) => ({name, run})),
    chosen: all.find(({variant}) => variant.when(g))?.variant.name ?? '',
  };
}

function time(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** The shortest times of contestants in turns, in milliseconds; of one that is far behind, the first. */
function measure(contestants: readonly Contestant[]): number[] {
  const least = contestants.map(({run}) => time(run));
  const near = 4 * Math.min(...least);
  const end = performance.now() + Number(options.milliseconds) * contestants.length;
  for (let round = 0; round < 2 || (performance.now() < end && round < 1000); round++) {
    contestants.forEach(({run}, i) => {
      if (least[i] <= near) least[i] = Math.min(least[i], time(run));
    });
  }
  return least;
}

/** Multiplications of the microkernel in a millisecond (winograd_cost.ts). */
const UNIT = 2e7;

console.log(`${coreName()}, ${options.pass}; costs in ms at 20 multiplications in a nanosecond`);
console.log('| layer | chosen | lost | cost of direct sums | cost of fft | ms |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const {name, geometry} of ROWS.filter(row => row.name.includes(options.only))) {
  const g = cachedGeometry(geometry);
  const {contestants, chosen} = contestantsOf(g);
  const times = measure(contestants);
  const {direct, tiles} = (options.pass === 'gradient' ? fftGradientCosts : fftCosts)(forwardDirection(g));
  const fastest = Math.min(...times);
  const lost = times[contestants.findIndex(one => one.name === chosen)] / fastest - 1;
  const shown = contestants.map((one, i) => `${one.name} ${times[i].toPrecision(3)}`).join(', ');
  const costs = [direct, tiles].map(cost => (cost / UNIT).toPrecision(3));
  console.log(`| ${name} | ${chosen} | ${(100 * lost).toFixed(0)} % | ${costs.join(' | ')} | ${shown} |`);
}
