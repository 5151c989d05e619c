import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {multiplications} from '../../src/geometry/cost.js';
import type {EpilogueAttrs, EpilogueInputs, KernelInputs, RepeatedCall} from '../../src/registry/kernel_names.js';
import type {KernelArgs, KernelTable, Variants} from '../../src/registry/kernel_table.js';
import type {TwoStageKernel} from '../../src/registry/two_stage.js';
import {gradientInLayout, imageInLayout} from './algorithms/channels_last.js';
import {CORE_BACKPROP_FILTER, CORE_BACKPROP_INPUT, CORE_FORWARD} from './algorithms/choice.js';
import type {CoreVariant} from './algorithms/choice.js';
import type {OnePlan} from './algorithms/one_plan.js';
import {multiplyByMatrix, writeMatrix} from './algorithms/matrix.js';
import {allocate, floatsAt} from './call.js';
import {allocateOutput, closeTensorCall, openTensorCall, outputTensor, readFilter, readTensor} from './core_tensors.js';
import type {CoreBackend, CoreTensors, TensorCall} from './core_tensors.js';
import {ALL, F32} from './plan/conv_plan.js';
import type {Epilogue} from './plan/conv_plan.js';
import {computePlan} from './plan/dispatch.js';
import {planSlot, writePlan} from './plan/encoding.js';
import {mayPay, paysToCopy} from './plan/worth_sharing.js';
import {hasCore} from './runtime/instantiate.js';
import type {FilterGradientKernel, ImageKernel, ImageName} from './types.js';

/*
 * Every kernel of the core as TensorFlow.js calls it: pointers in, compute, tensor out.
 */

/** The address of a number. */
function writeNumber(call: TensorCall, value: number): number {
  const pointer = allocate(call, F32);
  floatsAt(call, pointer, 1)[0] = value;
  return pointer;
}

function readEpilogue(
  call: TensorCall,
  {bias, preluActivationWeights: slopes}: EpilogueInputs,
  {activation, leakyreluAlpha}: EpilogueAttrs,
): Epilogue {
  const biasAt = bias === undefined ? 0 : readTensor(call, bias);
  if (activation === 'leakyrelu') {
    return {bias: biasAt, activation, slopes: writeNumber(call, leakyreluAlpha), slopePerChannel: false};
  }
  if (slopes === undefined) return {bias: biasAt, activation, slopes: 0, slopePerChannel: false};
  return {bias: biasAt, activation, slopes: readTensor(call, slopes), slopePerChannel: slopes.size > 1};
}

/** What a variant computes, and out of what. */
interface Work {
  readonly geometry: ConvGeometry;
  readonly outputShape: readonly number[];
  readonly share: CoreVariant['share'];
  /** Elements of the operands, but for a filter, which is packed once. */
  readonly read: number;
}

/** Whether threads should share a call, operands and results of which are copied. */
function paysTogether({copies}: CoreBackend, {geometry, outputShape, share, read}: Work): boolean {
  const bytes = (read + product(outputShape)) * F32;
  return paysToCopy(multiplications(geometry) * (share?.(geometry) ?? 1), bytes, copies);
}

/**
 * Computes together with threads where that pays, and alone otherwise: too where a thread has died in the middle, or where
 * the shared memory is full.
 */
function compute(
  core: CoreBackend,
  backend: KernelBackend,
  work: Work,
  run: (tensors: CoreTensors) => TensorInfo,
): TensorInfo {
  const sharing = core.sharing(backend);
  if (sharing === null || !paysTogether(core, work) || !sharing.start()) return run(core.alone);
  try {
    return run(core.together);
  } catch {
    return run(core.alone);
  }
}

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
    const result = allocateOutput(call, product(outputShape));
    const operands = {
      source: readTensor(call, image),
      filter: readFilter(call, inputs.filter),
      result,
      epilogue: readEpilogue(call, inputs, attrs),
    };
    if (geometry.channelsLast) kernel(call, geometry, operands);
    else imageInLayout(call, kernel, geometry, from, operands);
    return outputTensor(call, outputShape);
  } finally {
    closeTensorCall(call);
  }
}

/**
 * Calls that one plan computes, with an x of one shape and one filter. Written out: in a layer's first calls every function
 * takes as long as what it does.
 */
const planCalls = (
  tensors: CoreTensors,
  {words, kernel, form, pack, hasTables}: OnePlan,
  {inputs: {filter}, attrs, backend}: KernelArgs<'ConvND' | 'ConvNDBackpropInput'>,
): ((...given: Parameters<RepeatedCall>) => TensorInfo) => {
  const {dataId} = filter;
  const {outputShape, activation} = attrs;
  const elements = product(outputShape);
  const device = tensors.device(backend);
  const {core, filters} = device;
  const {run} = core;
  const slot = core.threadPool === null ? planSlot(device, words, kernel) : 0;
  const scratchAt = slot + words.bytes;
  return (x, bias, slopes) => {
    const found = filters.findAgain(dataId, form);
    const call: TensorCall = {core, filters, scratch: [], tensors, backend, output: 0};
    try {
      const result = tensors.allocateOutput(call, backend, elements);
      call.output = result;
      const source = tensors.read(call, backend, x);
      const packed = found ?? pack(call, readFilter(call, filter));
      const epilogue =
        activation === 'leakyrelu'
          ? readEpilogue(call, {bias}, attrs)
          : {
              bias: bias === undefined ? 0 : tensors.read(call, backend, bias),
              activation,
              slopes: slopes === undefined ? 0 : tensors.read(call, backend, slopes),
              slopePerChannel: slopes !== undefined && slopes.size > 1,
            };
      const operands = {source, result, filter: packed, epilogue, tables: hasTables ? packed : 0, exponent: 0};
      if (slot === 0) computePlan(call, words, operands, kernel);
      else {
        writePlan(words, core, slot, operands, scratchAt);
        kernel.compute(run, slot, ALL);
      }
      const y = tensors.toTensor(backend, result, outputShape);
      call.output = 0;
      return y;
    } finally {
      if (call.output !== 0 || call.scratch.length > 0) closeTensorCall(call);
    }
  };
};

/** One call of a kernel that computes a filter's gradient. */
function computeFilterGradient(
  tensors: CoreTensors,
  kernel: FilterGradientKernel,
  {inputs: {x, dy}, attrs: {geometry, outputShape}, backend}: KernelArgs<'ConvNDBackpropFilter'>,
): TensorInfo {
  const call = openTensorCall(tensors, backend);
  try {
    const dfilter = allocateOutput(call, product(outputShape));
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
    const matrix = allocateOutput(call, product(outputShape));
    writeMatrix(call, geometry, readTensor(call, filter), matrix);
    return outputTensor(call, outputShape);
  } finally {
    closeTensorCall(call);
  }
}

/** A kernel's variants that compute an image from x or from y (or its gradient), and a filter. */
const imageVariants = <K extends 'ConvND' | 'ConvNDBackpropInput'>(
  core: CoreBackend,
  variants: readonly CoreVariant[],
  from: ImageName,
  imageOf: (inputs: KernelInputs<K>) => Tensor,
): Variants<K> =>
  variants.map(({name, when, share, run, plan}) => {
    const planOf = ({attrs: {geometry}}: KernelArgs<K>): OnePlan | null =>
      (geometry.channelsLast ? plan?.(geometry) : null) ?? null;
    const workOf = ({inputs, attrs: {geometry, outputShape}}: KernelArgs<K>): Work => ({
      geometry,
      outputShape,
      share,
      read: imageOf(inputs).size,
    });
    return {
      name,
      when: ({geometry}) => hasCore() && when(geometry),
      run: args => {
        const {inputs, backend} = args;
        const image = imageOf(inputs);
        const planned = planOf(args);
        const runOn = (tensors: CoreTensors): TensorInfo =>
          planned === null
            ? computeImage(tensors, run, from, image, args)
            : planCalls(tensors, planned, args)(image, inputs.bias, inputs.preluActivationWeights);
        return mayPay(image.size, inputs.filter.size) ? compute(core, backend, workOf(args), runOn) : runOn(core.alone);
      },
      repeat: args => {
        const planned = planOf(args);
        if (planned === null || (core.sharing(args.backend) !== null && paysTogether(core, workOf(args))))
          return undefined;
        return planCalls(core.alone, planned, args);
      },
    };
  });

/** Kernels on the core, for a backend whose tensors it can read. Their last variants take everything where it runs. */
export function coreTable(core: CoreBackend): Omit<KernelTable, TwoStageKernel> {
  return {
    ConvND: imageVariants<'ConvND'>(core, CORE_FORWARD, 'x', ({x}) => x),
    ConvNDBackpropInput: imageVariants<'ConvNDBackpropInput'>(core, CORE_BACKPROP_INPUT, 'y', ({dy}) => dy),
    ConvNDBackpropFilter: CORE_BACKPROP_FILTER.map(({name, when, share, run}) => ({
      name,
      when: ({geometry}) => hasCore() && when(geometry),
      run: args => {
        const {
          inputs: {x, dy},
          attrs,
          backend,
        } = args;
        if (!mayPay(x.size, dy.size)) return computeFilterGradient(core.alone, run, args);
        const work: Work = {geometry: attrs.geometry, outputShape: attrs.outputShape, share, read: x.size + dy.size};
        return compute(core, backend, work, tensors => computeFilterGradient(tensors, run, args));
      },
    })),
    ConvMatrix: [{name: 'core_fill', when: hasCore, run: args => computeMatrix(core.alone, args)}],
    Conv2DTransposeMatrix: [
      {
        name: 'core_matrix_product',
        when: hasCore,
        run: args => computeImage(core.alone, multiplyByMatrix, 'y', args.inputs.dy, args),
      },
    ],
  };
}
