import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {closeCall} from './call.js';
import type {Copies} from './plan/worth_sharing.js';
import type {Sharing} from './runtime/sharing.js';
import type {Call, Device, Filter} from './types.js';

/*
 * A call whose operands and result are tensors of a backend.
 */

/** How tensors of a backend get into the core's memory and out of it. */
export interface CoreTensors {
  device(backend: KernelBackend): Device;
  /** The address of a tensor's values; where they are a copy, that is scratch memory of the call. */
  read(call: Call, backend: KernelBackend, tensor: Tensor): number;
  /** Memory for so many float32 values of a result. */
  allocateOutput(call: Call, backend: KernelBackend, elements: number): number;
  /** The tensor with the values of an output, which is the tensor's from then on. */
  toTensor(backend: KernelBackend, output: number, shape: number[]): TensorInfo;
  /** Frees an output that no tensor has got. */
  freeOutput(backend: KernelBackend, output: number): void;
}

/** Where the calls of a backend run. */
export interface CoreBackend {
  /** On the calling thread, or in a memory of the backend's that threads share. */
  readonly alone: CoreTensors;
  /** In a memory that threads share, where operands are copied to. */
  readonly together: CoreTensors;
  /** What starts and ends those threads; null where there are none. */
  sharing(backend: KernelBackend): Sharing | null;
  /** When those copies pay. */
  readonly copies: Copies;
}

/** A call of a kernel that a backend registers. */
export interface TensorCall extends Call {
  readonly tensors: CoreTensors;
  readonly backend: KernelBackend;
  /** Address of the output, until it is a tensor's; 0 where there is none. */
  output: number;
}

export function openTensorCall(tensors: CoreTensors, backend: KernelBackend): TensorCall {
  const {core, filters} = tensors.device(backend);
  filters.startCall();
  return {core, filters, scratch: [], tensors, backend, output: 0};
}

/** The address of a tensor's values, until the call is closed. */
export const readTensor = (call: TensorCall, tensor: Tensor): number => call.tensors.read(call, call.backend, tensor);

/** A filter that is read where its packed form is not known yet. */
export const readFilter = ({tensors, backend}: TensorCall, tensor: Tensor): Filter => ({
  key: tensor.dataId,
  read: call => tensors.read(call, backend, tensor),
});

/** The address of the call's result of so many elements, which are still to be written. */
export function allocateOutput(call: TensorCall, elements: number): number {
  call.output = call.tensors.allocateOutput(call, call.backend, elements);
  return call.output;
}

/** The call's result, written. */
export function outputTensor(call: TensorCall, shape: number[]): TensorInfo {
  const tensor = call.tensors.toTensor(call.backend, call.output, shape);
  call.output = 0;
  return tensor;
}

/** Frees scratch memory, and the output if the call has failed. */
export function closeTensorCall(call: TensorCall): void {
  if (call.scratch.length > 0) closeCall(call);
  if (call.output !== 0) call.tensors.freeOutput(call.backend, call.output);
}
