import {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import {findBackendFactory, registerBackend, removeBackend, util} from '@tensorflow/tfjs-core';
import {installDawn, mapSync} from './dawn.js';
import {gpuErrors} from './gpu_errors.js';

/*
 * Backend 'webgpu' as tests use it: whatever it writes into holds no older result, errors of the device are kept, and it
 * is not chosen by itself, as it has to be awaited.
 */

const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const;

const commandEncoderOf = (backend: WebGPUBackend): GPUCommandEncoder | null =>
  (backend as unknown as {readonly commandEncoder: GPUCommandEncoder | null}).commandEncoder;

/** Fills every buffer that is handed out for results: one that is used again may hold an older, right result. */
function fillOutputs(backend: WebGPUBackend): void {
  const {bufferManager, queue} = backend;
  const acquire = bufferManager.acquireBuffer.bind(bufferManager);
  bufferManager.acquireBuffer = (size, usage, mappedAtCreation, reuse) => {
    const buffer = acquire(size, usage, mappedAtCreation, reuse);
    if ((usage & GPUBufferUsage.STORAGE) === 0 || mappedAtCreation === true) return buffer;
    // The queue writes at once, what is recorded comes after: a buffer that was freed meanwhile may still be read.
    if (commandEncoderOf(backend) !== null) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
    queue.writeBuffer(buffer, 0, new Float32Array(size / 4).fill(NaN));
    return buffer;
  };
}

/** Reads a tensor at once, so that whatever is tested on other backends is tested on this one. */
function readAtOnce(backend: WebGPUBackend): void {
  const {bufferManager, tensorMap} = backend;
  const readKnown = backend.readSync.bind(backend);
  backend.readSync = dataId => {
    const {resource, values, dtype} = tensorMap.get(dataId);
    if (values != null || dtype === 'string' || dtype === 'complex64') return readKnown(dataId);
    if (isLibrary(new Error().stack)) throw new Error('the library reads from the GPU at once');
    const {size} = resource as GPUBuffer;
    const staging = bufferManager.acquireBuffer(size, GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ);
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    commandEncoderOf(backend)?.copyBufferToBuffer(resource as GPUBuffer, 0, staging, 0, size);
    backend.submitQueue();
    mapSync(staging, GPUMapMode.READ);
    const data = staging.getMappedRange().slice(0);
    staging.unmap();
    bufferManager.releaseBuffer(staging);
    backend.tensorMap.get(dataId).values = util.convertBackendValuesAndArrayBuffer(data, dtype);
    return readKnown(dataId);
  };
}

/** Whether whoever asked for values, in a stack, is not a test: in a browser that is slow, and not right everywhere. */
function isLibrary(stack = ''): boolean {
  const places = stack.split(`${process.cwd()}/`).slice(1);
  return /^(src|kernels)\//.test(places.find(place => /^(src|kernels|test\/(?!support\/load\/))/.test(place)) ?? '');
}

type EnforcedLimit =
  'maxStorageBufferBindingSize' | 'maxBufferSize' | 'maxTextureDimension2D' | 'maxComputeWorkgroupsPerDimension';

/** Makes a device of lower limits, which are then the object `limits` and may be changed: requestDevice() grants none below those that every device has. */
function enforceLimits(device: GPUDevice, enforced: WebGPUOptions['enforced']): void {
  const limits = {} as Record<string, number>;
  for (const name in device.limits) limits[name] = device.limits[name as EnforcedLimit];
  Object.assign(limits, enforced);
  Object.defineProperty(device, 'limits', {value: limits});
  const check = (name: EnforcedLimit, value: number): void => {
    if (value > limits[name]) throw new Error(`${value} is beyond ${name}, ${limits[name]}`);
  };
  const {createBuffer, createTexture, createBindGroup, createCommandEncoder} = device;
  device.createBuffer = descriptor => {
    // Uniforms and staging buffers are not a matter of tensors.
    if ((descriptor.usage & GPUBufferUsage.STORAGE) !== 0) check('maxBufferSize', descriptor.size);
    return createBuffer.call(device, descriptor);
  };
  device.createTexture = descriptor => {
    for (const size of descriptor.size as Iterable<number>) check('maxTextureDimension2D', size);
    return createTexture.call(device, descriptor);
  };
  device.createBindGroup = descriptor => {
    for (const {resource} of descriptor.entries) {
      if (!('buffer' in resource) || (resource.buffer.usage & GPUBufferUsage.STORAGE) === 0) continue;
      check('maxStorageBufferBindingSize', resource.size ?? resource.buffer.size);
    }
    return createBindGroup.call(device, descriptor);
  };
  device.createCommandEncoder = () => {
    const encoder = createCommandEncoder.call(device);
    const {beginComputePass} = encoder;
    encoder.beginComputePass = descriptor => {
      const pass = beginComputePass.call(encoder, descriptor);
      const {dispatchWorkgroups} = pass;
      pass.dispatchWorkgroups = (x, y = 1, z = 1) => {
        for (const count of [x, y, z]) check('maxComputeWorkgroupsPerDimension', count);
        return dispatchWorkgroups.call(pass, x, y, z);
      };
      return pass;
    };
    return encoder;
  };
}

export interface WebGPUOptions {
  /**
   * Whether the device has the limits and the timer of its adapter, as TensorFlow.js wants them. Default true; otherwise the
   * least limits, and no timer.
   */
  readonly isAsAdapter?: boolean;
  /** Limits lower than WebGPU has them, which an error tells where they are not kept. */
  readonly enforced?: Partial<Record<EnforcedLimit, number>>;
  /** Whether outputs are filled, which takes time. Default true. */
  readonly fillsOutputs?: boolean;
  /**
   * Whether the adapter says nothing of itself, so that whatever it is is taken for a GPU. Default: whether the variable
   * TFJS_CONV_TEST_AS_GPU of the environment is set.
   */
  readonly looksLikeGpu?: boolean;
}

const UNKNOWN: Pick<GPUAdapterInfo, 'vendor' | 'architecture'> = {vendor: '', architecture: ''};

/** A backend on a device of its own. */
export async function createWebGPUBackend({
  isAsAdapter = true,
  enforced = {},
  fillsOutputs = true,
  looksLikeGpu = process.env.TFJS_CONV_TEST_AS_GPU !== undefined,
}: WebGPUOptions = {}): Promise<WebGPUBackend> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('there is no WebGPU adapter');
  const device = await adapter.requestDevice({
    requiredFeatures: isAsAdapter && adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
    requiredLimits: isAsAdapter ? Object.fromEntries(LIMITS.map(name => [name, adapter.limits[name]])) : {},
  });
  device.addEventListener('uncapturederror', event => {
    gpuErrors.push((event as GPUUncapturedErrorEvent).error.message);
  });
  if (Object.keys(enforced).length > 0) enforceLimits(device, enforced);
  const {info} = adapter as GPUAdapter & {readonly info: GPUAdapterInfo};
  const backend = new WebGPUBackend(device, looksLikeGpu ? (UNKNOWN as GPUAdapterInfo) : info);
  if (fillsOutputs) fillOutputs(backend);
  readAtOnce(backend);
  return backend;
}

installDawn();
if (findBackendFactory('webgpu') != null) removeBackend('webgpu');
registerBackend('webgpu', () => createWebGPUBackend(), 0);
