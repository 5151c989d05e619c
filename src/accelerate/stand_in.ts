import {engine, getKernel, registerKernel, unregisterKernel} from '@tensorflow/tfjs-core';
import type {KernelBackend, KernelConfig} from '@tensorflow/tfjs-core';

/**
 * Where a kernel says for which backend it stands in for the built-in one. A program may have several copies of this
 * module, such as its ES and its CommonJS form, which know each other's by it.
 */
const STANDS_IN: unique symbol = Symbol.for('tfjs-conv.standsIn');

interface MaybeStandIn extends KernelConfig {
  readonly [STANDS_IN]?: string;
}

/** Whether a kernel of ours stands in for the built-in one of that name on the backend. */
export function isReplaced(kernelName: string, backendName: string): boolean {
  const current: MaybeStandIn | undefined = getKernel(kernelName, backendName);
  return current?.[STANDS_IN] === backendName;
}

/** The backend of that name, if there is one now. The types of the engine know no name that is not registered. */
const instanceOf = (backendName: string): KernelBackend | undefined => engine().registry[backendName];

/**
 * Replaces a kernel, and returns what undoes it as long as nothing else has replaced it since.
 *
 * A kernel's `setupFunc` binds it to a backend (the wasm backend's kernels to its module), which TensorFlow.js calls
 * whenever a backend is chosen and only for what is registered then. So the stand-in has the one of the kernel that it
 * replaces, and that is called once more when the kernel comes back: the backend may have been made anew while another
 * one, without it, was registered.
 */
export function replaceKernel(kernel: KernelConfig): () => void {
  const {kernelName, backendName} = kernel;
  const builtin: KernelConfig | undefined = getKernel(kernelName, backendName);
  const standIn: MaybeStandIn = {
    ...kernel,
    setupFunc: builtin?.setupFunc,
    disposeFunc: builtin?.disposeFunc,
    [STANDS_IN]: backendName,
  };
  if (builtin !== undefined) unregisterKernel(kernelName, backendName);
  registerKernel(standIn);
  return () => {
    if (getKernel(kernelName, backendName) !== standIn) return;
    unregisterKernel(kernelName, backendName);
    if (builtin === undefined) return;
    registerKernel(builtin);
    const backend = instanceOf(backendName);
    if (backend !== undefined) builtin.setupFunc?.(backend);
  };
}
