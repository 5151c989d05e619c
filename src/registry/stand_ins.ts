import {getKernelsForBackend, registerKernel, unregisterKernel, getKernel} from '@tensorflow/tfjs-core';
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

/** Registers stand-ins of a backend by the names of the kernels that they are for, in place of any that are there. */
export function registerStandIns(backendName: string, standIns: Readonly<Record<string, StandIn>>): void {
  for (const [name, standIn] of Object.entries(standIns)) {
    const kernelName = PREFIX + name;
    if (getKernel(kernelName, backendName) != null) unregisterKernel(kernelName, backendName);
    // The registration boundary: the engine calls with a backend of any type, and a map of attributes or none.
    const kernelFunc: KernelFunc = args => standIn(args as StandInArgs) ?? [...LEFT];
    registerKernel({kernelName, backendName, kernelFunc});
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
  getKernelsForBackend(backendName).flatMap(standIn => {
    if (!standIn.kernelName.startsWith(PREFIX)) return [];
    const builtin: KernelConfig | undefined = getKernel(standIn.kernelName.slice(PREFIX.length), backendName);
    return builtin === undefined ? [] : [around(standIn, builtin)];
  });
