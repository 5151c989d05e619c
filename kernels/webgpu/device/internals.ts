import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import type {DataId} from '@tensorflow/tfjs-core';

/** What TensorFlow.js' backend has beyond its type, by which it records its own programs. */
export interface Internals {
  readonly commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  readonly activeTimers?: Array<{name: string; query: Promise<number>}>;
  querySet: GPUQuerySet | null;
  readonly querySetCount: number;
  readonly supportTimestampQuery: boolean;
  readonly commandQueueOwnedIds: WeakSet<DataId>;
  readonly pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
  makeUniforms(uniforms: Array<{type: string; data: number[]}>): GPUBufferBinding;
}

/** What the adapter says of itself: nothing, where it does not tell. */
export function adapterOf({adapterInfo}: WebGPUBackend): {readonly vendor: string; readonly architecture: string} {
  // The registration boundary: TensorFlow.js keeps both to itself.
  const {vendor = '', architecture = ''} = adapterInfo as unknown as {vendor?: string; architecture?: string};
  return {vendor, architecture};
}

/** The registration boundary: none of it is part of the backend's type. */
export const internalsOf = (backend: WebGPUBackend): Internals => backend as unknown as Internals;
