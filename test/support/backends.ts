import * as tf from '@tensorflow/tfjs';
import './entry_points.js';
import LIST from '../../kernels/backends.json';
import {portableTable} from '../../kernels/portable/kernel_table.js';
import {VARIANT_FLAG} from '../../src/registry/flags.js';
import {registeredVariants} from '../../src/registry/register.js';
import {page} from './page.js';
import {expectNoGpuErrors} from './reads.js';
import {LONG, ONLY_BACKEND} from './settings.js';
import {isComputedByLibrary} from './tensorflow_ops.js';
import type {KernelName} from '../../src/registry/kernel_names.js';
import type {KernelArgs, KernelTable, Variants} from '../../src/registry/kernel_table.js';

/*
 * Backends that have the built-in kernels of another one and none of ours: the portable kernels must serve them by
 * themselves.
 */
const PLAIN = ['cpu', 'wasm'];
const plainName = (name: string): string => `plain-${name}`;
for (const name of PLAIN) {
  tf.registerBackend(plainName(name), tf.findBackendFactory(name));
  tf.getKernelsForBackend(name)
    .filter(({kernelName}) => !(kernelName in portableTable))
    .forEach(kernel => tf.registerKernel({...kernel, backendName: plainName(name)}));
}

export interface TestBackend {
  readonly name: string;
  /** The kernels that are to run on it. */
  readonly table: KernelTable;
  /** Whether Node has it too, and not only browsers. */
  readonly node: boolean;
  /** Whether it keeps numbers below 2^-126. GPUs, and processors as TensorFlow sets them, may take them for 0. */
  readonly denormals: boolean;
  /** Whether TensorFlow.js' own activations, of which gradients are recorded, are right for NaN and infinities. */
  readonly specials: boolean;
  /**
   * Of how many cases of an op one is forced onto the variant 'portable' of a backend that has others too; every random
   * case is. TensorFlow.js' own ops on webgl, of which it is made there, compile programs for every shape.
   */
  readonly portableOf: number;
  /**
   * Whether TensorFlow.js' own kernels on it compute all convolutions. The wasm backend has no filter gradients, no NCHW
   * and no general bias, the one of tfjs-node throws at paddings, fused NCHW and dilated depthwise convolutions; what
   * accelerate() makes of them is shown by TensorFlow.js' own specs (test/upstream).
   */
  readonly completeBuiltins: boolean;
  /** Whether its values can be read at once; otherwise they have to be awaited, see reads.ts. */
  readonly syncReads: boolean;
  /** How many random cases run on it. */
  readonly randomCases: number;
  /** Whether some case has to run a variant, which may depend on the library that is loaded. Asked when it is current. */
  readonly isExpected: (kernel: KernelName, variant: string) => boolean;
}

const EXPECTED: Readonly<Record<string, TestBackend['isExpected']>> = {tensorflow: isComputedByLibrary};

/** The kernels that are registered for a backend. */
function tableOf(name: string): KernelTable {
  const variants = (kernel: KernelName) => [kernel, registeredVariants(kernel, name)];
  return Object.fromEntries(kernelNames(portableTable).map(variants)) as unknown as KernelTable;
}

/**
 * What the list says, of the backends that are loaded: that of tfjs-node has to be set up first, and in continuous
 * integration it is an error that it is not.
 */
const LISTED: readonly TestBackend[] = LIST.filter(({name}) => tf.findBackendFactory(name) != null).map(
  ({name, runsIn, tests}) => ({
    name,
    ...tests,
    // Tests in Node can wait for the GPU, see load/webgpu.ts.
    syncReads: tests.syncReads || page() === undefined,
    table: tableOf(name),
    node: runsIn.includes('node'),
    portableOf: LONG ? 1 : tests.portableOf,
    isExpected: EXPECTED[name] ?? (() => true),
  }),
);

const SERVED_BY_PORTABLE = LISTED.filter(({name}) => PLAIN.includes(name)).map((one): TestBackend => ({
  ...one,
  name: plainName(one.name),
  table: portableTable,
  randomCases: 100,
}));

/**
 * Every backend that the tests expect: in Node each has a conformance file of its own, see backends_test.ts; a page of
 * test/browser has one.
 */
export const ALL_BACKENDS: readonly TestBackend[] = [...LISTED, ...SERVED_BY_PORTABLE].filter(({name, node}) =>
  page() === undefined ? node && name === (ONLY_BACKEND ?? name) : name === page()?.backend,
);

// What the GPU complains about fails the file that asked for it, wherever nobody else has looked.
afterAll(expectNoGpuErrors);

/** Those whose values can be read at once. */
export const BACKENDS: readonly TestBackend[] = ALL_BACKENDS.filter(({syncReads}) => syncReads);

/** Those whose built-in kernels are complete, to compare with. */
export const COMPLETE_BACKENDS: readonly TestBackend[] = BACKENDS.filter(({completeBuiltins}) => completeBuiltins);

export function kernelNames(table: KernelTable): KernelName[] {
  return Object.keys(table) as KernelName[];
}

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

/** Whether a variant takes attributes where it is asked for by its name. */
function takes<K extends KernelName>({name, when}: Variants<K>[number], attrs: KernelArgs<K>['attrs']): boolean {
  const forced = tf.env().get(VARIANT_FLAG);
  tf.env().set(VARIANT_FLAG, name);
  try {
    return when(attrs);
  } finally {
    tf.env().set(VARIANT_FLAG, forced);
  }
}

function wrap<K extends KernelName>(kernel: K, variants: Variants<K>, runs: Run[]): void {
  for (const variant of variants) {
    const {name, run} = variant;
    const recorded = (args: KernelArgs<K>) => {
      const takers = variants.filter(taker => takes(taker, args.attrs)).map(taker => taker.name);
      runs.push({kernel, variant: name, takers});
      return run(args);
    };
    Object.assign(variant, {run: recorded});
  }
}
