/**
 * One call in a process of its own: node --expose-gc memory_process.mjs <backend> <ours|built-in> <call>; writes the bytes
 * that the process had at most during the call beyond what it had before, as JSON; null where the kernel is not there.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {engine, fill, setBackend} from '@tensorflow/tfjs-core';
import type {NamedAttrMap, NamedTensorMap, Tensor} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';
import {useKernels} from '../peers/kernels.js';
import {MEMORY_CALLS} from './calls.js';
import type {MemoryCall} from './calls.js';

const [backend, kernels, name] = process.argv.slice(2);
const call = MEMORY_CALLS.find(one => one.name === name);
if (call === undefined || (kernels !== 'ours' && kernels !== 'built-in')) throw new Error(`no such call: ${name}`);

await setBackend(backend);
useKernels(backend, kernels);

/** A line of /proc/self/status, in bytes: VmRSS is what the process has in memory, VmHWM the most that it has had. */
function status(line: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'));
  if (found === null) throw new Error(`no ${line} in /proc/self/status`);
  return Number(found[1]) * 1024;
}

function run({kernel, attrs}: MemoryCall, inputs: NamedTensorMap): Tensor {
  const rank = inputs[Object.keys(inputs)[0]].rank - 2;
  const ones = new Array<number>(rank).fill(1);
  const all = {strides: ones, dilations: ones, pad: 'same', dataFormat: rank === 3 ? 'NDHWC' : 'NHWC', ...attrs};
  return engine().runKernel(kernel, inputs, all as unknown as NamedAttrMap);
}

const operands = (one: MemoryCall): NamedTensorMap =>
  Object.fromEntries(Object.entries(one.inputs).map(([input, shape]) => [input, fill([...shape], 0.5)]));

/** The same call with spatial axes of 8: what it compiles and allocates for good is there then. */
const small = (shape: readonly number[]): number[] =>
  shape.map((size, axis) => (axis > 0 && axis < shape.length - 1 && size > 32 ? 8 : size));
const smallOnes = (shapes: MemoryCall['inputs']): Record<string, number[]> =>
  Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, small(shape)]));

const warmUp = {...call, inputs: smallOnes(call.inputs), attrs: smallOnes(call.attrs ?? {})};
let bytes: number | null = null;
try {
  run(warmUp, operands(warmUp)).dispose();
  const inputs = operands(call);
  globalThis.gc?.();
  // Makes the most that the process has had what it has now: proc_pid_clear_refs(5).
  writeFileSync('/proc/self/clear_refs', '5');
  const before = status('VmRSS');
  run(call, inputs);
  bytes = Math.max(0, status('VmHWM') - before);
} catch (error) {
  if (!/not registered/.test(String(error))) throw error;
}
console.log(`\n${JSON.stringify({bytes})}`);
