import {getKernel, registerKernel, unregisterKernel} from '@tensorflow/tfjs-core';
import type {KernelConfig, KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo} from '@tensorflow/tfjs-core';

/*
 * Kernels around convolutions that a backend of TensorFlow.js computes slowly: what accelerate() puts in their place.
 */

/** What TensorFlow.js calls a kernel with; inputs and attributes as the kernel's types have them. */
export interface StandInArgs<Inputs = NamedTensorInfoMap, Attrs = NamedAttrMap> {
  readonly inputs: Inputs;
  readonly attrs: Attrs;
  readonly backend: object;
}

/** Computes the calls of a built-in kernel that it takes; undefined leaves a call to the built-in kernel. */
export type StandIn<Inputs = NamedTensorInfoMap, Attrs = NamedAttrMap> = (
  args: StandInArgs<Inputs, Attrs>,
) => TensorInfo | TensorInfo[] | undefined;

/** What the names of stand-ins in TensorFlow.js' registry begin with; the name of the built-in kernel follows. */
const PREFIX = 'tfjs-conv.';

/** How a kernel of the registry, which has to return something, leaves a call: no kernel has an empty list of results. */
const LEFT: readonly TensorInfo[] = [];

/** Where the kernel of the registry that is called by the prefix alone keeps the names that stand-ins of its backend are for. */
const NAMES: unique symbol = Symbol.for('tfjs-conv.standIns');

interface WithNames extends KernelConfig {
  readonly [NAMES]?: readonly string[];
}

/** The built-in kernels that have stand-ins. To look for these among all kernels takes as long as a first call. */
function namesOf(backendName: string): readonly string[] {
  const list: WithNames | undefined = getKernel(PREFIX, backendName);
  return list?.[NAMES] ?? [];
}

/** Registers a kernel in place of any of that name. */
function putKernel(kernel: KernelConfig): void {
  const {kernelName, backendName} = kernel;
  if (getKernel(kernelName, backendName) != null) unregisterKernel(kernelName, backendName);
  registerKernel(kernel);
}

/** Registers stand-ins of a backend by the names of the kernels that they are for, in place of any that are there. */
export function registerStandIns(backendName: string, standIns: Readonly<Record<string, StandIn>>): void {
  const list: WithNames = {
    kernelName: PREFIX,
    backendName,
    kernelFunc: () => [...LEFT],
    [NAMES]: [...new Set([...namesOf(backendName), ...Object.keys(standIns)])],
  };
  putKernel(list);
  for (const [name, standIn] of Object.entries(standIns)) {
    // The registration boundary: the engine calls with a backend of any type, and a map of attributes or none.
    const kernelFunc: KernelFunc = args => standIn(args as StandInArgs) ?? [...LEFT];
    putKernel({kernelName: PREFIX + name, backendName, kernelFunc});
  }
}

/** A built-in kernel with the calls that a stand-in takes computed by that. */
const around = (standIn: KernelConfig, builtin: KernelConfig): KernelConfig => ({
  ...builtin,
  kernelFunc: args => {
    const results = standIn.kernelFunc(args);
    return Array.isArray(results) && results.length === 0 ? builtin.kernelFunc(args) : results;
  },
});

/** The built-in kernels of a backend that have stand-ins, with these. */
export const withStandIns = (backendName: string): KernelConfig[] =>
  namesOf(backendName).flatMap(name => {
    const standIn: KernelConfig | undefined = getKernel(PREFIX + name, backendName);
    const builtin: KernelConfig | undefined = getKernel(name, backendName);
    return standIn === undefined || builtin === undefined ? [] : [around(standIn, builtin)];
  });
