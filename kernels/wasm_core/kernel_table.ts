import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {EpilogueAttrs, EpilogueInputs, KernelName} from '../../src/registry/kernel_names.js';
import type {KernelArgs, KernelTable, Variant} from '../../src/registry/kernel_table.js';
import type {TwoStageKernel} from '../../src/registry/two_stage.js';
import {CORE_BACKPROP_FILTER, CORE_BACKPROP_INPUT, CORE_FORWARD} from './algorithms/choice.js';
import {hasCore} from './runtime/instantiate.js';
import {filterGradientInBothLayouts, inBothLayouts} from './algorithms/channels_last.js';
import {fillMatrix, multiplyByMatrix} from './algorithms/matrix.js';
import {withMemory} from './runtime/heap.js';
import {F32} from './plan/conv_plan.js';
import type {Epilogue} from './plan/conv_plan.js';
import type {Device, Filter, ImageKernel} from './types.js';

/** How a backend's tensors come into the core's memory and out of it. */
export interface CoreTensors {
  device(backend: KernelBackend): Device;
  /** Runs `use` with the address of a tensor's values. */
  read(backend: KernelBackend, tensor: Tensor, use: (pointer: number) => void): void;
  filter(backend: KernelBackend, tensor: Tensor): Filter;
  /** A float32 result, which `make` writes. */
  write(backend: KernelBackend, shape: number[], make: (pointer: number) => void): TensorInfo;
}

/** Addresses of optional tensors; 0 where there is none. */
function readOptional(
  tensors: CoreTensors,
  backend: KernelBackend,
  tensor: Tensor | undefined,
  use: (pointer: number) => void,
): void {
  if (tensor === undefined) use(0);
  else tensors.read(backend, tensor, use);
}

/** Runs `use` with a number in memory. */
function withNumber({core: {heap}}: Device, value: number, use: (pointer: number) => void): void {
  withMemory(heap, F32, pointer => {
    new Float32Array(heap.memory.buffer, pointer, 1)[0] = value;
    use(pointer);
  });
}

function withEpilogue(
  tensors: CoreTensors,
  backend: KernelBackend,
  {bias, preluActivationWeights: slopes}: EpilogueInputs,
  {activation, leakyreluAlpha}: EpilogueAttrs,
  use: (epilogue: Epilogue) => void,
): void {
  readOptional(tensors, backend, bias, biasPointer => {
    const run = (pointer: number) =>
      use({
        bias: biasPointer,
        activation,
        slopes: pointer,
        slopePerChannel: slopes !== undefined && slopes.size > 1,
      });
    if (activation === 'leakyrelu') withNumber(tensors.device(backend), leakyreluAlpha, run);
    else readOptional(tensors, backend, slopes, run);
  });
}

/** The result of a kernel that has one image and one filter. */
function computeImage(
  tensors: CoreTensors,
  kernel: ImageKernel,
  g: ConvGeometry,
  source: Tensor,
  filter: Tensor,
  {inputs, attrs, backend}: KernelArgs<'ConvND' | 'ConvNDBackpropInput' | 'Conv2DTransposeMatrix'>,
): TensorInfo {
  return tensors.write(backend, attrs.outputShape, result =>
    tensors.read(backend, source, from =>
      withEpilogue(tensors, backend, inputs, attrs, epilogue =>
        kernel(tensors.device(backend), g, from, tensors.filter(backend, filter), result, epilogue),
      ),
    ),
  );
}

const always = (): boolean => hasCore();

/** Kernels on the core, for a backend whose tensors it can read. They take everything where the core runs. */
export function coreTable(tensors: CoreTensors): Omit<KernelTable, TwoStageKernel> {
  const named = <K extends KernelName>(name: string, run: Variant<K>['run']): Variant<K> => ({name, when: always, run});
  return {
    ConvND: CORE_FORWARD.map(({name, when, run}): Variant<'ConvND'> => {
      const kernel = inBothLayouts(run, 'x');
      return {
        name,
        when: ({geometry}) => hasCore() && when(geometry),
        run: args => computeImage(tensors, kernel, args.attrs.geometry, args.inputs.x, args.inputs.filter, args),
      };
    }),
    ConvNDBackpropInput: CORE_BACKPROP_INPUT.map(({name, when, run}): Variant<'ConvNDBackpropInput'> => {
      const kernel = inBothLayouts(run, 'y');
      return {
        name,
        when: ({geometry}) => hasCore() && when(geometry),
        run: args => computeImage(tensors, kernel, args.attrs.geometry, args.inputs.dy, args.inputs.filter, args),
      };
    }),
    ConvNDBackpropFilter: CORE_BACKPROP_FILTER.map(({name, when, run}): Variant<'ConvNDBackpropFilter'> => {
      const kernel = filterGradientInBothLayouts(run);
      return {
        name,
        when: ({geometry}) => hasCore() && when(geometry),
        run: ({inputs: {x, dy}, attrs: {geometry, outputShape}, backend}) =>
          tensors.write(backend, outputShape, result =>
            tensors.read(backend, x, source =>
              tensors.read(backend, dy, gradient =>
                kernel(tensors.device(backend), geometry, source, gradient, result),
              ),
            ),
          ),
      };
    }),
    ConvMatrix: [
      named('core_fill', ({inputs: {filter}, attrs: {geometry, outputShape}, backend}) =>
        tensors.write(backend, outputShape, matrix =>
          tensors.read(backend, filter, from => fillMatrix(tensors.device(backend), geometry, from, matrix)),
        ),
      ),
    ],
    Conv2DTransposeMatrix: [
      named('core_matrix_product', args =>
        computeImage(
          tensors,
          inBothLayouts(multiplyByMatrix, 'y'),
          args.attrs.geometry,
          args.inputs.dy,
          args.inputs.filter,
          args,
        ),
      ),
    ],
  };
}
