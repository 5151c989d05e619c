import type {KernelBackend} from '@tensorflow/tfjs-core';
import {fail, KERNEL_RULES} from '../../../src/errors.js';

/** What of a device TensorFlow.js and these kernels use where its adapter has it. */
const FEATURES = ['timestamp-query', 'bgra8unorm-storage', 'shader-f16'] as const;

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
  'maxTextureDimension2D',
] as const;

/** Which adapter a backend is made on. */
export interface BackendOptions {
  /** As `navigator.gpu.requestAdapter` has it. Default: 'high-performance'. */
  readonly powerPreference?: 'low-power' | 'high-performance';
}

/**
 * A backend of TensorFlow.js on a WebGPU device with the features that its adapter has, as far as they are of use:
 * `shader-f16` for programs of your own, `timestamp-query`, by which `tf.time()` tells what the GPU took, and
 * `bgra8unorm-storage`; and with the largest buffers, textures and workgroups of the adapter. TensorFlow.js' own 'webgpu' has
 * neither `shader-f16` nor the largest textures.
 * `@tensorflow/tfjs-backend-webgpu` has to be installed.
 *
 * @param options which adapter is asked for
 * @returns the backend, which `tf.registerBackend` takes
 * @throws Error if there is no WebGPU, or no adapter
 * @example
 * ```js
 * import '@tensorflow/tfjs-backend-webgpu';
 * import {createBackend} from 'tfjs-conv/webgpu';
 * tf.removeBackend('webgpu');
 * tf.registerBackend('webgpu', () => createBackend());
 * await tf.setBackend('webgpu');
 * tf.env().set('TFJS_CONV_F16_FILTERS', true);
 * ```
 */
export async function createBackend({
  powerPreference = 'high-performance',
}: BackendOptions = {}): Promise<KernelBackend> {
  // Not every engine that has no WebGPU has navigator.
  const {navigator: page} = globalThis as {navigator?: Partial<Pick<Navigator, 'gpu'>>};
  const adapter = await page?.gpu?.requestAdapter({powerPreference});
  if (adapter == null) return fail('createBackend', KERNEL_RULES.adapter, 'adapter', adapter);
  const device = await adapter.requestDevice({
    requiredFeatures: FEATURES.filter(name => adapter.features.has(name)),
    requiredLimits: Object.fromEntries(LIMITS.map(name => [name, adapter.limits[name]])),
  });
  // Only who makes one needs its class.
  const {WebGPUBackend} = await import('@tensorflow/tfjs-backend-webgpu');
  // Its type of an adapter's description is older than the standard's.
  return new WebGPUBackend(device, (adapter as GPUAdapter & {readonly info: GPUAdapterInfo}).info);
}
