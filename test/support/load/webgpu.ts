import './dawn.js';
import {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {registerBackend, removeBackend} from '@tensorflow/tfjs-core';

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

/** A backend on a device with the limits of its adapter, but for those that are given. */
export async function createWebGPUBackend(limits: Readonly<Record<string, number>> = {}): Promise<WebGPUBackend> {
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
  fillOutputs(backend);
  return backend;
}

removeBackend('webgpu');
registerBackend('webgpu', () => createWebGPUBackend(), 0);
