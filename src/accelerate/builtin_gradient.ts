import type {Tensor} from '@tensorflow/tfjs-core';

/** The gradient of a built-in kernel by each of its inputs, from that of its result. */
export interface BuiltinGradient<Attrs> {
  readonly inputsToSave: readonly string[];
  readonly gradient: (upstream: Tensor, saved: Tensor[], attrs: Attrs) => {readonly [name: string]: () => Tensor};
}
