import type {Tensor} from '@tensorflow/tfjs-core';
import type {Activation} from '../geometry/options.js';
import type {ConvNDCall, KernelAttrs, KernelInputs, KernelName} from '../registry/kernel_names.js';
import type {BuiltinAttrs} from './builtin_geometry.js';

/** What TensorFlow.js' convolution kernels have among their inputs, over all of them. */
export interface BuiltinInputs {
  readonly x?: Tensor | null;
  readonly filter?: Tensor | null;
  readonly dy?: Tensor | null;
  readonly bias?: Tensor | null;
  readonly preluActivationWeights?: Tensor | null;
}

export interface BuiltinFusedAttrs extends BuiltinAttrs {
  readonly activation?: Activation | null;
  readonly leakyreluAlpha?: number | null;
}

/** Runs one of our kernels on the backend of the call. */
export type RunOurs = <K extends KernelName>(name: K, inputs: KernelInputs<K>, attrs: KernelAttrs<K>) => Tensor;

/** How a built-in kernel runs on ours. */
export interface BuiltinKernel {
  /** The one call of ConvND that a call is, as most are: they need no other check. Undefined where there is more to do. */
  readonly oneCall: (inputs: BuiltinInputs, attrs: BuiltinFusedAttrs) => ConvNDCall | undefined;
  /**
   * Computes any call. `keepsDtype` says whether the built-in convolutions of the backend give y the dtype of x; all else
   * is float32.
   */
  readonly compute: (run: RunOurs, inputs: BuiltinInputs, attrs: BuiltinFusedAttrs, keepsDtype: boolean) => Tensor;
}
