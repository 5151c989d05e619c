import type {KernelBackend} from '@tensorflow/tfjs-core';

/** What the kernels of a backend have found on this machine, by names that a person reads. */
export interface Facts {
  readonly [name: string]: string | number | boolean;
}

/** Says what kernels have found, for a backend that is set up. */
export type Describe = (backend: KernelBackend) => Facts;

/** What keeps them for all copies of this package in a program: its ES modules and its CommonJS ones are two. */
const KEY: unique symbol = Symbol.for('tfjs-conv.facts');

const shared: typeof globalThis & {[KEY]?: Map<string, Describe>} = globalThis;

/** Makes known what says what the kernels of a backend have found. */
export function registerFacts(backendName: string, describe: Describe): void {
  shared[KEY] ??= new Map();
  shared[KEY].set(backendName, describe);
}

/** Says what the kernels of a backend have found; undefined where it has none of ours, or only portable ones. */
export const describeOf = (backendName: string): Describe | undefined => shared[KEY]?.get(backendName);
