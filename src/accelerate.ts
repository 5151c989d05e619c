import {backend, findBackendFactory, getBackend} from '@tensorflow/tfjs-core';
import type {KernelConfig} from '@tensorflow/tfjs-core';
import {portableTable} from '../kernels/portable/kernel_table.js';
import {BUILTIN_KERNELS} from './accelerate/builtin_kernels.js';
import type {BuiltinKernel} from './accelerate/builtin_kernels.js';
import {identityConfig} from './accelerate/identity.js';
import {replaceKernel} from './accelerate/stand_in.js';
import {completeError, fail, RULES} from './errors.js';
import {registerTable} from './registry/register.js';
import {ensureKernels, PORTABLE, runKernelOn} from './registry/run_kernel.js';

registerTable(PORTABLE, portableTable);

/**
 * The current backend, whose initialization may still be under way. There is none until TensorFlow.js is told or asked
 * for it for the first time, and then chooses it.
 */
function currentBackend(): string {
  // TensorFlow.js' types know no time before the first backend.
  const chosen: string | null = getBackend();
  if (chosen !== null) return chosen;
  backend();
  return getBackend();
}

/** The backends whose built-in convolutions give y the dtype of x. */
const KEEPS_DTYPE: readonly string[] = ['cpu'];

function kernelOnOurs(kernelName: string, backendName: string, builtin: BuiltinKernel): KernelConfig {
  const keepsDtype = KEEPS_DTYPE.includes(backendName);
  return {
    kernelName,
    backendName,
    kernelFunc: ({inputs, attrs, backend}) => {
      // The registration boundary: what the built-in kernel of this name is called with.
      const args = [inputs, attrs ?? {}] as unknown as [Parameters<BuiltinKernel>[1], Parameters<BuiltinKernel>[2]];
      try {
        return builtin(runKernelOn(backendName, backend), ...args, keepsDtype);
      } catch (error) {
        completeError(error, kernelName, shapes => shapes);
        throw error;
      }
    },
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
 * @example
 * ```ts
 * const restore = accelerate('cpu');
 * const y = tf.conv2d(tf.ones([1, 8, 8, 3]), tf.ones([3, 3, 3, 4]), 1, 'same');
 * console.log(y.shape); // [1,8,8,4]
 * restore();
 * ```
 */
export function accelerate(backendName: string = currentBackend()): () => void {
  if (findBackendFactory(backendName) == null) fail('accelerate', RULES.backend, 'backendName', backendName);
  ensureKernels(backendName);
  const kernels = Object.entries(BUILTIN_KERNELS).map(([name, builtin]) => kernelOnOurs(name, backendName, builtin));
  if (backendName === 'wasm') kernels.push(identityConfig(backendName));
  const restores = kernels.map(replaceKernel);
  return () => restores.forEach(restore => restore());
}
