import type {KernelBackend, TensorInfo} from '@tensorflow/tfjs-core';
import type {KernelAttrs, KernelInputs, KernelName, RepeatedCall} from './kernel_names.js';

export interface KernelArgs<K extends KernelName> {
  readonly inputs: KernelInputs<K>;
  readonly attrs: KernelAttrs<K>;
  readonly backend: KernelBackend;
}

/** One way to compute a kernel. */
export interface Variant<K extends KernelName> {
  /** Unique within the kernel; the flag TFJS_CONV_VARIANT forces it. */
  readonly name: string;
  /** Whether this variant computes these attributes, and should. */
  readonly when: (attrs: KernelAttrs<K>) => boolean;
  readonly run: (args: KernelArgs<K>) => TensorInfo;
  /**
   * How calls repeat one that has run, with inputs of the same shapes, and the same filter, attributes and backend;
   * undefined where they do not.
   */
  readonly repeat?: (args: KernelArgs<K>) => RepeatedCall | undefined;
}

/** The ways to compute a kernel, in order of preference. The last one takes everything. */
export type Variants<K extends KernelName> = readonly Variant<K>[];

/** What a backend registers: every kernel, or it does not compile. */
export type KernelTable = {readonly [K in KernelName]: Variants<K>};

/** For the last variant of each kernel. */
export const takesEverything = (): boolean => true;
