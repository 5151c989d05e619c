import * as tf from '@tensorflow/tfjs';
import 'tfjs-conv';
import '@tensorflow/tfjs-backend-wasm';
import 'tfjs-conv/cpu';
import 'tfjs-conv/wasm';
import 'tfjs-conv/node';
import {cpuTable} from '../kernels/cpu/kernel_table.js';
import {nodeTable} from '../kernels/node/kernel_table.js';
import {wasmTable} from '../kernels/wasm/kernel_table.js';
import {portableTable} from '../kernels/portable/kernel_table.js';
import type {Case} from './cases/case.js';
import {nodeBackendRuns} from './node_backend.js';
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
  readonly name: 'cpu'|'wasm'|'tensorflow'|typeof PLAIN;
  /** The kernels that are to run on it. */
  readonly table: KernelTable;
  /** Whether TensorFlow.js' own ops on this backend get a gradient of the case wrong. */
  readonly broken: (one: Case) => boolean;
  /** Whether it takes numbers below 2^-126 for 0: TensorFlow has the processor do so in all of its threads. */
  readonly flushesDenormals: boolean;
  /** Variants, as kernel.variant, that no case can run on the library that is loaded. */
  readonly unavailable: readonly string[];
}

const never = (): boolean => false;

/** The gradient of slopes is a sum by TensorFlow.js; that of an empty tensor is unwritten memory on the wasm backend. */
const sumsNothing = ({x, options}: Case): boolean => x[0] === 0 && options?.slopes !== undefined;

const TENSORFLOW: TestBackend = {
  name: 'tensorflow', table: nodeTable, broken: never, flushesDenormals: true,
  // Without oneDNN, TensorFlow's op multiplies a NaN by zeros that it puts between the elements of dy.
  unavailable: process.env.TF_ENABLE_ONEDNN_OPTS === '0' ? ['ConvNDBackpropFilter.native_3d'] : [],
};

/** Every backend that the tests expect. Each has a conformance file of its own, see backends_test.ts. */
export const BACKENDS: readonly TestBackend[] = [
  {name: 'cpu', table: cpuTable, broken: never, flushesDenormals: false, unavailable: []},
  {name: 'wasm', table: wasmTable, broken: sumsNothing, flushesDenormals: false, unavailable: []},
  {name: PLAIN, table: portableTable, broken: never, flushesDenormals: false, unavailable: []},
  ...nodeBackendRuns ? [TENSORFLOW] : [],
];

/**
 * Those whose built-in kernels are complete, to compare with. The wasm backend has no filter gradients, no NCHW and no
 * general bias, the one of tfjs-node throws at paddings, fused NCHW and dilated depthwise convolutions; what accelerate()
 * makes of them is shown by TensorFlow.js' own specs (test/upstream, modes wasm and tensorflow).
 */
export const COMPLETE_BACKENDS: readonly TestBackend[] =
    BACKENDS.filter(({name}) => name !== 'wasm' && name !== 'tensorflow');

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
  // A copy of each takes its place: tables may share variants.
  const places = variants as Array<Variants<K>[number]>;
  for (const [i, variant] of variants.entries()) {
    const {name, run} = variant;
    const recorded = (args: KernelArgs<K>) => {
      const takers = variants.filter(({when}) => when(args.attrs)).map(taker => taker.name);
      runs.push({kernel, variant: name, takers});
      return run(args);
    };
    places[i] = {...variant, run: recorded};
  }
}
