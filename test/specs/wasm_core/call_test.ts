import type {KernelBackend, Tensor} from '@tensorflow/tfjs-core';
import {allocate, closeCall, openCall, release} from '../../../kernels/wasm_core/call.js';
import {
  allocateOutput,
  closeTensorCall,
  openTensorCall,
  outputTensor,
  readTensor,
} from '../../../kernels/wasm_core/core_tensors.js';
import type {CoreTensors} from '../../../kernels/wasm_core/core_tensors.js';
import {createFilterCache} from '../../../kernels/wasm_core/runtime/filter_cache.js';
import type {Heap} from '../../../kernels/wasm_core/runtime/exports.js';
import {createHeap} from '../../../kernels/wasm_core/runtime/heap.js';
import {instantiate} from '../../../kernels/wasm_core/runtime/instantiate.js';

/*
 * A call frees what it has allocated, however it ends.
 */

/** A device, and the addresses that are allocated in its memory. */
function setUp() {
  const heap = createHeap();
  const live = new Set<number>();
  const counted: Heap = {
    memory: heap.memory,
    malloc(bytes) {
      const pointer = heap.malloc(bytes);
      live.add(pointer);
      return pointer;
    },
    free(pointer) {
      heap.free(pointer);
      live.delete(pointer);
    },
  };
  return {device: {core: instantiate(counted), filters: createFilterCache(counted)}, live};
}

test('release() frees what was allocated since, closeCall() the rest', () => {
  const {device, live} = setUp();
  const call = openCall(device);
  const first = allocate(call, 100);
  const mark = call.scratch.length;
  allocate(call, 200);
  allocate(call, 300);
  release(call, mark);
  expect([...live]).toEqual([first]);
  closeCall(call);
  expect(live.size).toBe(0);
});

describe('a call with tensors', () => {
  const {device, live} = setUp();
  const freeOutput = jest.fn((_: KernelBackend, output: number) => device.core.heap.free(output));
  const tensors: CoreTensors = {
    device: () => device,
    read: call => allocate(call, 64),
    allocateOutput: () => device.core.heap.malloc(64),
    toTensor: (_, output, shape) => ({dataId: {output}, shape, dtype: 'float32'}),
    freeOutput,
  };
  // Neither is looked at.
  const [backend, tensor] = [{} as KernelBackend, {} as Tensor];

  test('that fails frees its output', () => {
    const run = () => {
      const call = openTensorCall(tensors, backend);
      try {
        allocateOutput(call, 16);
        readTensor(call, tensor);
        throw new Error('inside');
      } finally {
        closeTensorCall(call);
      }
    };
    expect(run).toThrow('inside');
    expect(freeOutput).toHaveBeenCalledTimes(1);
    expect(live.size).toBe(0);
  });

  test('that succeeds leaves its output to the tensor', () => {
    const call = openTensorCall(tensors, backend);
    const output = allocateOutput(call, 16);
    readTensor(call, tensor);
    expect(outputTensor(call, [16]).dataId).toEqual({output});
    closeTensorCall(call);
    expect([...live]).toEqual([output]);
    expect(freeOutput).toHaveBeenCalledTimes(1);
  });
});
