import type {Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import type {EpilogueAttrs, EpilogueInputs} from '../../src/registry/kernel_names.js';
import type {KernelArgs, KernelTable} from '../../src/registry/kernel_table.js';
import type {TwoStageKernel} from '../../src/registry/two_stage.js';
import {gradientInLayout, imageInLayout} from './algorithms/channels_last.js';
import {CORE_BACKPROP_FILTER, CORE_BACKPROP_INPUT, CORE_FORWARD} from './algorithms/choice.js';
import {multiplyByMatrix, writeMatrix} from './algorithms/matrix.js';
import {allocate, floatsAt} from './call.js';
import {allocateOutput, closeTensorCall, openTensorCall, outputTensor, readFilter, readTensor} from './core_tensors.js';
import type {CoreTensors, TensorCall} from './core_tensors.js';
import {F32} from './plan/conv_plan.js';
import type {Epilogue} from './plan/conv_plan.js';
import {hasCore} from './runtime/instantiate.js';
import type {FilterGradientKernel, ImageKernel, ImageName} from './types.js';

/*
 * Every kernel of the core as TensorFlow.js calls it: pointers in, compute, tensor out.
 */

/** The address of an optional tensor's values; 0 where there is none. */
const readOptional = (call: TensorCall, tensor: Tensor | undefined): number =>
  tensor === undefined ? 0 : readTensor(call, tensor);

/** The address of a number. */
function writeNumber(call: TensorCall, value: number): number {
  const pointer = allocate(call, F32);
  floatsAt(call, pointer, 1)[0] = value;
  return pointer;
}

const readEpilogue = (
  call: TensorCall,
  {bias, preluActivationWeights: slopes}: EpilogueInputs,
  {activation, leakyreluAlpha}: EpilogueAttrs,
): Epilogue => ({
  bias: readOptional(call, bias),
  activation,
  slopes: activation === 'leakyrelu' ? writeNumber(call, leakyreluAlpha) : readOptional(call, slopes),
  slopePerChannel: slopes !== undefined && slopes.size > 1,
});

/** One call of a kernel that computes an image from an image, which is x or y (or its gradient), and a filter. */
function computeImage(
  tensors: CoreTensors,
  kernel: ImageKernel,
  from: ImageName,
  image: Tensor,
  {inputs, attrs, backend}: KernelArgs<'ConvND' | 'ConvNDBackpropInput' | 'Conv2DTransposeMatrix'>,
): TensorInfo {
  const {geometry, outputShape} = attrs;
  const call = openTensorCall(tensors, backend);
  try {
    const result = allocateOutput(call, outputShape);
    imageInLayout(call, kernel, geometry, from, {
      source: readTensor(call, image),
      filter: readFilter(call, inputs.filter),
      result,
      epilogue: readEpilogue(call, inputs, attrs),
    });
    return outputTensor(call, outputShape);
  } finally {
    closeTensorCall(call);
  }
}

/** One call of a kernel that computes a filter's gradient. */
function computeFilterGradient(
  tensors: CoreTensors,
  kernel: FilterGradientKernel,
  {inputs: {x, dy}, attrs: {geometry, outputShape}, backend}: KernelArgs<'ConvNDBackpropFilter'>,
): TensorInfo {
  const call = openTensorCall(tensors, backend);
  try {
    const dfilter = allocateOutput(call, outputShape);
    gradientInLayout(call, kernel, geometry, {x: readTensor(call, x), dy: readTensor(call, dy), dfilter});
    return outputTensor(call, outputShape);
  } finally {
    closeTensorCall(call);
  }
}

/** One call of the kernel that writes the matrix of a convolution. */
function computeMatrix(
  tensors: CoreTensors,
  {inputs: {filter}, attrs: {geometry, outputShape}, backend}: KernelArgs<'ConvMatrix'>,
): TensorInfo {
  const call = openTensorCall(tensors, backend);
  try {
    const matrix = allocateOutput(call, outputShape);
    writeMatrix(call, geometry, readTensor(call, filter), matrix);
    return outputTensor(call, outputShape);
  } finally {
    closeTensorCall(call);
  }
}

/** Kernels on the core, for a backend whose tensors it can read. Their last variants take everything where it runs. */
export function coreTable(tensors: CoreTensors): Omit<KernelTable, TwoStageKernel> {
  return {
    ConvND: CORE_FORWARD.map(({name, when, run}) => ({
      name,
      when: ({geometry}) => hasCore() && when(geometry),
      run: args => computeImage(tensors, run, 'x', args.inputs.x, args),
    })),
    ConvNDBackpropInput: CORE_BACKPROP_INPUT.map(({name, when, run}) => ({
      name,
      when: ({geometry}) => hasCore() && when(geometry),
      run: args => computeImage(tensors, run, 'y', args.inputs.dy, args),
    })),
    ConvNDBackpropFilter: CORE_BACKPROP_FILTER.map(({name, when, run}) => ({
      name,
      when: ({geometry}) => hasCore() && when(geometry),
      run: args => computeFilterGradient(tensors, run, args),
    })),
    ConvMatrix: [{name: 'core_fill', when: hasCore, run: args => computeMatrix(tensors, args)}],
    Conv2DTransposeMatrix: [
      {
        name: 'core_matrix_product',
        when: hasCore,
        run: args => computeImage(tensors, multiplyByMatrix, 'y', args.inputs.dy, args),
      },
    ],
  };
}
