import {
  backend,
  findBackendFactory,
  getBackend,
  getKernel,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import type {KernelConfig, KernelFunc} from '@tensorflow/tfjs-core';
import {portableTable} from '../kernels/portable/kernel_table.js';
import {BUILTIN_KERNELS} from './accelerate/builtin_kernels.js';
import {identityConfig} from './accelerate/identity.js';
import type {BuiltinKernel} from './accelerate/builtin_kernels.js';
import {fail, RULES} from './errors.js';
import {registerTable} from './registry/register.js';
import {ensureKernels, PORTABLE, runKernelOn} from './registry/run_kernel.js';

registerTable(PORTABLE, portableTable);

/** The current backend. There is none until TensorFlow.js is asked for it for the first time, and chooses it. */
function currentBackend(): string {
  backend();
  return getBackend();
}

/**
 * Where a kernel says for which backend it stands in for the built-in one. A program may have several copies of this
 * module, such as its ES and its CommonJS form, which know each other's by it.
 */
const STANDS_IN: unique symbol = Symbol.for('tfjs-conv.standsIn');

interface MaybeStandIn extends KernelConfig {
  readonly [STANDS_IN]?: string;
}

function isReplaced(kernelName: string, backendName: string): boolean {
  const current: MaybeStandIn | undefined = getKernel(kernelName, backendName);
  return current?.[STANDS_IN] === backendName;
}

function standIn(kernelName: string, backendName: string, builtin: BuiltinKernel): MaybeStandIn {
  const run: KernelFunc = ({inputs, attrs, backend}) => {
    // The registration boundary: what the built-in kernel of this name is called with.
    const args = [inputs, attrs] as unknown as [Parameters<BuiltinKernel>[1], Parameters<BuiltinKernel>[2]];
    return builtin(runKernelOn(backendName, backend), ...args);
  };
  return {kernelName, backendName, kernelFunc: run, [STANDS_IN]: backendName};
}

/** Replaces one kernel, and returns what undoes it as long as nothing else has replaced it since. */
function replace(config: KernelConfig): () => void {
  const {kernelName, backendName} = config;
  const builtin: KernelConfig | undefined = getKernel(kernelName, backendName);
  if (builtin !== undefined) unregisterKernel(kernelName, backendName);
  registerKernel(config);
  return () => {
    if (getKernel(kernelName, backendName) !== config) return;
    unregisterKernel(kernelName, backendName);
    if (builtin !== undefined) registerKernel(builtin);
  };
}

/**
 * Makes TensorFlow.js' own convolution ops, layers and models run on the kernels of this package: Conv2D, FusedConv2D,
 * DepthwiseConv2dNative, FusedDepthwiseConv2D, Conv3D and the gradients of them. Kernels that the backend lacks are
 * added. A second call for the same backend changes nothing.
 *
 * @param backendName Default: the current backend.
 * @returns `restore()`, which puts back what was there.
 * @throws `accelerate: <rule>; got backendName=<value>` if no such backend is registered.
 */
export function accelerate(backendName: string = currentBackend()): () => void {
  if (findBackendFactory(backendName) == null) fail('accelerate', RULES.backend, 'backendName', backendName);
  ensureKernels(backendName);
  const restores = Object.entries(BUILTIN_KERNELS)
    .filter(([kernelName]) => !isReplaced(kernelName, backendName))
    .map(([kernelName, builtin]) => replace(standIn(kernelName, backendName, builtin)));
  if (restores.length > 0 && backendName === 'wasm') restores.push(replace(identityConfig(backendName)));
  return () => restores.forEach(restore => restore());
}
