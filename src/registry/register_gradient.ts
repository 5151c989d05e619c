import {registerGradient} from '@tensorflow/tfjs-core';
import type {GradFunc, Tensor} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';
import type {KernelAttrs, KernelInputs, KernelName} from './kernel_names.js';

/** The gradient of a kernel by each of its inputs, from dy, the saved inputs in their order, and the attributes. */
export interface KernelGradient<K extends KernelName> {
  readonly inputsToSave: ReadonlyArray<string & keyof KernelInputs<K>>;
  readonly gradient: (
    dy: Tensor,
    saved: Tensor[],
    attrs: KernelAttrs<K>,
  ) => {readonly [name in keyof KernelInputs<K>]?: () => Tensor};
}

/** The derivative of an activation needs what goes into it, which no kernel keeps: the ops apply it as its own step. */
function checkLinear(kernelName: KernelName, attrs: KernelAttrs<KernelName>): void {
  if ('activation' in attrs && attrs.activation !== 'linear') {
    fail(kernelName, RULES.gradientActivation, 'activation', attrs.activation);
  }
}

/** Registers the gradient of one kernel, for every backend. */
export function registerKernelGradient<K extends KernelName>(
  kernelName: K,
  {inputsToSave, gradient}: KernelGradient<K>,
): void {
  const gradFunc = (dy: Tensor, saved: Tensor[], attrs: KernelAttrs<K>) => {
    checkLinear(kernelName, attrs);
    return gradient(dy, saved, attrs);
  };
  // The registration boundary: TensorFlow.js knows attributes and gradients as maps of anything.
  registerGradient({kernelName, inputsToSave: [...inputsToSave], gradFunc: gradFunc as unknown as GradFunc});
}
