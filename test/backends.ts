import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv';
import 'tfjs-conv/cpu';
import {cpuTable} from '../kernels/cpu/kernel_table.js';
import {portableTable} from '../kernels/portable/kernel_table.js';
import type {KernelName} from '../src/registry/kernel_names.js';
import type {KernelArgs, KernelTable, Variants} from '../src/registry/kernel_table.js';

/*
 * A backend that has the built-in cpu kernels and none of ours: the portable kernels must serve it by themselves.
 */
const PLAIN = 'plain-cpu';
tf.registerBackend(PLAIN, tf.findBackendFactory('cpu'));
tf.getKernelsForBackend('cpu')
    .filter(({kernelName}) => !(kernelName in cpuTable))
    .forEach(kernel => tf.registerKernel({...kernel, backendName: PLAIN}));

export interface TestBackend {
  readonly name: 'cpu'|typeof PLAIN;
  /** The kernels that are to run on it. */
  readonly table: KernelTable;
}

/** Every backend that the tests expect. Each has a conformance file of its own, see backends_test.ts. */
export const BACKENDS: readonly TestBackend[] = [
  {name: 'cpu', table: cpuTable},
  {name: PLAIN, table: portableTable},
];

export const kernelNames = (table: KernelTable): KernelName[] => Object.keys(table) as KernelName[];

/** One call of a kernel. */
export interface Run {
  readonly kernel: KernelName;
  readonly variant: string;
  /** The variants that take what it was called with. */
  readonly takers: readonly string[];
}

/** Records every call of every variant of a table from now on. */
export function recordRuns(table: KernelTable): Run[] {
  const runs: Run[] = [];
  const record = <K extends KernelName>(kernel: K) => wrap(kernel, table[kernel], runs);
  kernelNames(table).forEach(record);
  return runs;
}

function wrap<K extends KernelName>(kernel: K, variants: Variants<K>, runs: Run[]): void {
  for (const variant of variants) {
    const {name, run} = variant;
    const recorded = (args: KernelArgs<K>) => {
      const takers = variants.filter(({when}) => when(args.attrs)).map(taker => taker.name);
      runs.push({kernel, variant: name, takers});
      return run(args);
    };
    Object.assign(variant, {run: recorded});
  }
}
