import {slice, tidy, util} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../geometry/conv.js';
import type {Activation} from '../geometry/options.js';
import {epilogueTarget} from '../ops/conv_nd.js';
import {resolveActivation, runEpilogue} from '../ops/epilogue.js';
import {LINEAR} from '../registry/kernel_names.js';
import type {KernelAttrs, KernelInputs, KernelName} from '../registry/kernel_names.js';
import {builtinGeometry, builtinOutputShape, resolveBuiltin} from './builtin_geometry.js';
import type {BuiltinAttrs} from './builtin_geometry.js';

/** What TensorFlow.js' convolution kernels have among their inputs, over all of them. */
export interface BuiltinInputs {
  readonly x: Tensor;
  readonly filter: Tensor;
  readonly dy: Tensor;
  readonly bias?: Tensor | null;
  readonly preluActivationWeights?: Tensor | null;
}

export interface BuiltinFusedAttrs extends BuiltinAttrs {
  readonly activation: Activation;
  readonly leakyreluAlpha?: number | null;
}

/** Runs one of our kernels on the backend of the call. */
export type RunOurs = <K extends KernelName>(name: K, inputs: KernelInputs<K>, attrs: KernelAttrs<K>) => Tensor;

/** How a built-in kernel runs on ours. */
export type BuiltinKernel = (run: RunOurs, inputs: BuiltinInputs, attrs: BuiltinFusedAttrs) => Tensor;

const forward =
  (depthwise: boolean): BuiltinKernel =>
  (run, {x, filter}, attrs) => {
    const {geometry, outputShape} = resolveBuiltin({x: x.shape, filter: filter.shape, depthwise}, attrs);
    // Written out, as a spread takes longer than a kernel.
    const {activation, leakyreluAlpha} = LINEAR;
    return run('ConvND', {x, filter}, {geometry, outputShape, activation, leakyreluAlpha});
  };

/** The part of dy that the geometry knows: a built-in gradient ignores what a larger dy has behind it. */
function fitted(dy: Tensor, geometry: ConvGeometry): Tensor {
  const shape = builtinOutputShape(geometry, dy.rank - 2);
  return util.arraysEqual(dy.shape, shape)
    ? dy
    : slice(
        dy,
        shape.map(() => 0),
        shape,
      );
}

const backpropInput =
  (depthwise: boolean): BuiltinKernel =>
  (run, {dy, filter}, attrs) =>
    tidy(() => {
      const {inputShape = []} = attrs;
      const geometry = builtinGeometry({x: inputShape, filter: filter.shape, depthwise}, attrs);
      return run(
        'ConvNDBackpropInput',
        {dy: fitted(dy, geometry), filter},
        {geometry, outputShape: inputShape, ...LINEAR},
      );
    });

const backpropFilter =
  (depthwise: boolean): BuiltinKernel =>
  (run, {x, dy}, attrs) =>
    tidy(() => {
      const {filterShape = []} = attrs;
      const geometry = builtinGeometry({x: x.shape, filter: filterShape, depthwise}, attrs);
      return run('ConvNDBackpropFilter', {x, dy: fitted(dy, geometry)}, {geometry, outputShape: filterShape});
    });

/** The built-in fused kernels take bias and slopes of any shape that broadcasts. */
const fused =
  (depthwise: boolean): BuiltinKernel =>
  (run, {x, filter, bias, preluActivationWeights}, attrs) => {
    const {geometry, outputShape} = resolveBuiltin({x: x.shape, filter: filter.shape, depthwise}, attrs);
    const target = epilogueTarget(outputShape, geometry.outChannels, geometry.channelsLast, 2);
    const how = resolveActivation(
      'FusedConv2D',
      {
        activation: attrs.activation,
        leakyreluAlpha: attrs.leakyreluAlpha ?? undefined,
        preluActivationWeights: preluActivationWeights ?? undefined,
      },
      target,
    );
    return runEpilogue(bias ?? undefined, how, target, (inputs, {activation, leakyreluAlpha}) =>
      run(
        'ConvND',
        {x, filter, bias: inputs.bias, preluActivationWeights: inputs.preluActivationWeights},
        {geometry, outputShape, activation, leakyreluAlpha},
      ),
    );
  };

/** Every convolution kernel that TensorFlow.js has, by its name. */
export const BUILTIN_KERNELS: Readonly<Record<string, BuiltinKernel>> = {
  Conv2D: forward(false),
  Conv3D: forward(false),
  DepthwiseConv2dNative: forward(true),
  FusedConv2D: fused(false),
  FusedDepthwiseConv2D: fused(true),
  Conv2DBackpropInput: backpropInput(false),
  Conv3DBackpropInputV2: backpropInput(false),
  DepthwiseConv2dNativeBackpropInput: backpropInput(true),
  Conv2DBackpropFilter: backpropFilter(false),
  Conv3DBackpropFilterV2: backpropFilter(false),
  DepthwiseConv2dNativeBackpropFilter: backpropFilter(true),
};
