import {tidy, util} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';
import type {Activation} from '../geometry/options.js';
import {epilogueTarget} from '../ops/conv_nd.js';
import {broadcasts, resolveActivation, runEpilogue} from '../ops/epilogue.js';
import type {EpilogueTarget} from '../ops/epilogue.js';
import {NO_ACTIVATION} from '../registry/kernel_names.js';
import type {KernelAttrs, KernelInputs, KernelName} from '../registry/kernel_names.js';
import {ensureShape, resolveBuiltin} from './builtin_geometry.js';
import type {BuiltinAttrs, BuiltinKind} from './builtin_geometry.js';
import {ensureFloat, ensureNumeric, isFloat, isOperand, operandOf, toDtype, toFloat} from './builtin_inputs.js';

/** What TensorFlow.js' convolution kernels have among their inputs, over all of them. */
export interface BuiltinInputs {
  readonly x?: Tensor | null;
  readonly filter?: Tensor | null;
  readonly dy?: Tensor | null;
  readonly bias?: Tensor | null;
  readonly preluActivationWeights?: Tensor | null;
}

export interface BuiltinFusedAttrs extends BuiltinAttrs {
  readonly activation?: Activation | null;
  readonly leakyreluAlpha?: number | null;
}

/** Runs one of our kernels on the backend of the call. */
export type RunOurs = <K extends KernelName>(name: K, inputs: KernelInputs<K>, attrs: KernelAttrs<K>) => Tensor;

/**
 * How a built-in kernel runs on ours. `keepsDtype` says whether the built-in convolutions of the backend give y the
 * dtype of x; all else is float32.
 */
export type BuiltinKernel = (
  run: RunOurs,
  inputs: BuiltinInputs,
  attrs: BuiltinFusedAttrs,
  keepsDtype: boolean,
) => Tensor;

const forward =
  (kind: BuiltinKind): BuiltinKernel =>
  (run, {x, filter}, attrs, keepsDtype) => {
    ensureNumeric(kind.op, 'x', x);
    ensureNumeric(kind.op, 'filter', filter);
    const {geometry, yShape, present} = resolveBuiltin(kind, x.shape, filter.shape, attrs);
    const convolve = (image: Tensor, weights: Tensor): Tensor => {
      // Written out, as a spread takes longer than a kernel.
      const {activation, leakyreluAlpha} = NO_ACTIVATION;
      return run('ConvND', {x: image, filter: weights}, {geometry, outputShape: yShape, activation, leakyreluAlpha});
    };
    if (isOperand(x) && isOperand(filter)) return convolve(x, filter);
    return tidy(() => {
      const y = convolve(operandOf(x, present.x), operandOf(filter, present.filter));
      return keepsDtype ? toDtype(y, x.dtype) : y;
    });
  };

/** @throws if dy has another shape than the convolution gives. */
function ensureDy(op: string, rule: string, dy: Tensor, yShape: readonly number[]): void {
  if (!util.arraysEqual(dy.shape, [...yShape])) fail(op, rule, '[dy.shape, expected shape]', [dy.shape, yShape]);
}

const backpropInput =
  (kind: BuiltinKind): BuiltinKernel =>
  (run, {dy, filter}, attrs) => {
    const {op, rank} = kind;
    const {inputShape} = attrs;
    ensureNumeric(op, 'dy', dy);
    ensureNumeric(op, 'filter', filter);
    ensureShape(op, 'inputShape', rank + 2, inputShape);
    const {geometry, xShape, yShape, present} = resolveBuiltin(kind, inputShape, filter.shape, attrs);
    ensureDy(op, RULES.dyShape, dy, yShape);
    const transpose = (image: Tensor, weights: Tensor): Tensor =>
      run('ConvNDBackpropInput', {dy: image, filter: weights}, {geometry, outputShape: [...xShape], ...NO_ACTIVATION});
    return isOperand(dy) && isOperand(filter)
      ? transpose(dy, filter)
      : tidy(() => transpose(operandOf(dy, present.y), operandOf(filter, present.filter)));
  };

const backpropFilter =
  (kind: BuiltinKind): BuiltinKernel =>
  (run, {x, dy}, attrs) => {
    const {op, rank} = kind;
    const {filterShape} = attrs;
    ensureNumeric(op, 'x', x);
    ensureNumeric(op, 'dy', dy);
    ensureShape(op, 'filterShape', rank + 2, filterShape);
    const {geometry, yShape, present, ...resolved} = resolveBuiltin(kind, x.shape, filterShape, attrs);
    ensureDy(op, RULES.dyShapeOfX, dy, yShape);
    const correlate = (image: Tensor, gradient: Tensor): Tensor =>
      run('ConvNDBackpropFilter', {x: image, dy: gradient}, {geometry, outputShape: [...resolved.filterShape]});
    return isOperand(x) && isOperand(dy)
      ? correlate(x, dy)
      : tidy(() => correlate(operandOf(x, present.x), operandOf(dy, present.y)));
  };

/** @throws unless the tensor is one value, one per channel or of a shape that broadcasts to the result. */
function ensureEpilogue(
  op: string,
  name: 'bias' | 'preluActivationWeights',
  given: Tensor,
  {channels, shape}: EpilogueTarget,
): void {
  ensureNumeric(op, name, given);
  const fits = given.rank === 1 ? given.size === 1 || given.size === channels : broadcasts(given.shape, shape);
  if (!fits) {
    fail(op, RULES.epilogue(name), `[${name}.shape, output.shape]`, [given.shape, shape]);
  }
}

/** The built-in fused kernels take bias and slopes of any shape that broadcasts. */
const fused =
  (kind: BuiltinKind): BuiltinKernel =>
  (run, {x, filter, bias, preluActivationWeights}, attrs) => {
    const {op, rank} = kind;
    ensureFloat(op, 'x', x);
    ensureFloat(op, 'filter', filter);
    const {geometry, yShape, present} = resolveBuiltin(kind, x.shape, filter.shape, attrs);
    const {channelsLast} = geometry;
    const target = epilogueTarget(yShape, yShape[channelsLast ? rank + 1 : 1], channelsLast, rank);
    // An empty name stands for none, as in the built-in kernels.
    const activation = attrs.activation || 'linear';
    const slopes = activation === 'prelu' ? preluActivationWeights : undefined;
    if (bias != null) ensureEpilogue(op, 'bias', bias, target);
    if (slopes != null) ensureEpilogue(op, 'preluActivationWeights', slopes, target);
    const finish = (image: Tensor, weights: Tensor, floatBias?: Tensor, floatSlopes?: Tensor): Tensor => {
      const step = resolveActivation(
        op,
        {activation, leakyreluAlpha: attrs.leakyreluAlpha ?? undefined, preluActivationWeights: floatSlopes},
        target,
      );
      return runEpilogue(floatBias, step, target, (inputs, epilogue) =>
        run(
          'ConvND',
          {x: image, filter: weights, bias: inputs.bias, preluActivationWeights: inputs.preluActivationWeights},
          {
            geometry,
            outputShape: yShape,
            activation: epilogue.activation,
            leakyreluAlpha: epilogue.leakyreluAlpha,
          },
        ),
      );
    };
    if (isOperand(x) && isOperand(filter) && isFloat(bias) && isFloat(slopes)) {
      return finish(x, filter, bias ?? undefined, slopes ?? undefined);
    }
    return tidy(() =>
      finish(operandOf(x, present.x), operandOf(filter, present.filter), toFloat(bias), toFloat(slopes)),
    );
  };

/** Every convolution kernel that TensorFlow.js has, by its name. */
export const BUILTIN_KERNELS: Readonly<Record<string, BuiltinKernel>> = Object.fromEntries(
  (
    [
      [forward, 2, false, 'Conv2D'],
      [forward, 3, false, 'Conv3D'],
      [forward, 2, true, 'DepthwiseConv2dNative'],
      [fused, 2, false, 'FusedConv2D'],
      [fused, 2, true, 'FusedDepthwiseConv2D'],
      [backpropInput, 2, false, 'Conv2DBackpropInput'],
      [backpropInput, 3, false, 'Conv3DBackpropInputV2'],
      [backpropInput, 2, true, 'DepthwiseConv2dNativeBackpropInput'],
      [backpropFilter, 2, false, 'Conv2DBackpropFilter'],
      [backpropFilter, 3, false, 'Conv3DBackpropFilterV2'],
      [backpropFilter, 2, true, 'DepthwiseConv2dNativeBackpropFilter'],
    ] as const
  ).map(([make, rank, depthwise, op]) => [op, make({op, rank, depthwise})]),
);
