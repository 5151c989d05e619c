import {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {findBackendFactory, registerBackend, removeBackend} from '@tensorflow/tfjs-core';
import {installDawn} from './dawn.js';

/*
 * Backend 'webgpu' as tests use it: whatever it writes into holds no older result, errors of the device are kept, and it
 * is not chosen by itself, as it has to be awaited.
 */

/** What the device has complained about that nobody else heard. */
export const gpuErrors: string[] = [];

const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** Fills every buffer that is handed out for results: one that is used again may hold an older, right result. */
function fillOutputs(backend: WebGPUBackend): void {
  const {bufferManager, queue} = backend;
  const acquire = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, usage, mappedAtCreation, reuse) => {
    const buffer = acquire(size, usage, mappedAtCreation, reuse);
    if ((usage & GPUBufferUsage.STORAGE) === 0 || mappedAtCreation === true) return buffer;
    const {commandEncoder} = backend as unknown as {readonly commandEncoder: GPUCommandEncoder | null};
    if (commandEncoder !== null) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
    queue.writeBuffer(buffer, 0, new Float32Array(size / 4).fill(NaN));
    return buffer;
  };
}

export interface WebGPUOptions {
  /** Limits of the device other than those of its adapter. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Whether outputs are filled, which takes time. Default true. */
  readonly fillsOutputs?: boolean;
}

/** A backend on a device of its own. */
export async function createWebGPUBackend({
  limits = {},
  fillsOutputs = true,
}: WebGPUOptions = {}): Promise<WebGPUBackend> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('there is no WebGPU adapter');
  const device = await adapter.requestDevice({
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: {...Object.fromEntries(LIMITS.map(name => [name, adapter.limits[name]])), ...limits},
  });
  device.addEventListener('uncapturederror', event => {
    gpuErrors.push((event as GPUUncapturedErrorEvent).error.message);
  });
  const backend = new WebGPUBackend(device, (adapter as GPUAdapter & {readonly info: GPUAdapterInfo}).info);
  if (fillsOutputs) fillOutputs(backend);
  return backend;
}

installDawn();
if (findBackendFactory('webgpu') != null) removeBackend('webgpu');
registerBackend('webgpu', () => createWebGPUBackend(), 0);
