import {engine, tidy} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {fail, RULES} from '../errors.js';
import type {ConvGeometry} from '../geometry/conv.js';
import {epilogueTarget} from '../ops/conv_nd.js';
import {broadcasts, resolveActivation, runEpilogue} from '../ops/epilogue.js';
import type {EpilogueTarget} from '../ops/epilogue.js';
import {NO_ACTIVATION} from '../registry/kernel_names.js';
import type {BuiltinFusedAttrs, BuiltinInputs, BuiltinKernel} from './builtin_call.js';
import {resolveBuiltin} from './builtin_geometry.js';
import type {BuiltinKind} from './builtin_geometry.js';
import {backpropFilter, backpropInput} from './builtin_backprop.js';
import {BUILTINS} from './builtins.js';
import type {Role} from './builtins.js';
import {ensureFloat, ensureNumeric, isFloat, isOperand, operandOf, toDtype, toFloat} from './builtin_inputs.js';

const forwardCall =
  (kind: BuiltinKind): BuiltinKernel['oneCall'] =>
  ({x, filter}, attrs) => {
    if (!isOperand(x) || !isOperand(filter)) return undefined;
    const {geometry, yShape} = resolveBuiltin(kind, x.shape, filter.shape, attrs);
    // Written out, as a spread takes longer than a kernel.
    const {activation, leakyreluAlpha} = NO_ACTIVATION;
    return {inputs: {x, filter}, attrs: {geometry, outputShape: yShape, activation, leakyreluAlpha}};
  };

const forward =
  (kind: BuiltinKind): BuiltinKernel['compute'] =>
  (run, {x, filter}, attrs, keepsDtype) => {
    ensureNumeric(kind.op, 'x', x);
    ensureNumeric(kind.op, 'filter', filter);
    const {geometry, yShape, present} = resolveBuiltin(kind, x.shape, filter.shape, attrs);
    return tidy(() => {
      const inputs = {x: operandOf(x, present.x), filter: operandOf(filter, present.filter)};
      const y = run('ConvND', inputs, {geometry, outputShape: yShape, ...NO_ACTIVATION});
      return keepsDtype ? toDtype(y, x.dtype) : y;
    });
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

/** Activations that a kernel needs nothing else for. */
const SIMPLE: ReadonlyArray<BuiltinFusedAttrs['activation']> = ['linear', 'relu', 'relu6', 'elu', 'sigmoid'];

/** Whether a kernel takes a bias, or slopes, as it is: a value for each channel. */
const isPerChannel = ({dtype, isDisposed, size, shape}: Tensor, {channelsLast, outChannels}: ConvGeometry): boolean =>
  dtype === 'float32' &&
  !isDisposed &&
  size === outChannels &&
  (shape.length === 1 || (channelsLast && shape.length <= 4 && shape[shape.length - 1] === outChannels));

/**
 * Whether a kernel adds the epilogue as it is, which most layers of networks have. It saves them what every other form
 * takes: as long as a tiny layer.
 */
const isSimple = (
  geometry: ConvGeometry,
  {bias, preluActivationWeights: slopes}: BuiltinInputs,
  {activation, leakyreluAlpha}: BuiltinFusedAttrs,
): boolean =>
  (bias == null || isPerChannel(bias, geometry)) &&
  (activation === 'prelu'
    ? slopes != null && isPerChannel(slopes, geometry)
    : leakyreluAlpha == null && SIMPLE.includes(activation)) &&
  (activation === 'linear' || engine().state.gradientDepth === 0);

const fusedCall =
  (kind: BuiltinKind): BuiltinKernel['oneCall'] =>
  (given, attrs) => {
    const {x, filter, bias, preluActivationWeights: slopes} = given;
    if (!isOperand(x) || !isOperand(filter)) return undefined;
    const {geometry, yShape} = resolveBuiltin(kind, x.shape, filter.shape, attrs);
    if (!isSimple(geometry, given, attrs)) return undefined;
    const activation = attrs.activation ?? 'linear';
    const preluActivationWeights = activation === 'prelu' ? (slopes ?? undefined) : undefined;
    return {
      inputs: {x, filter, bias: bias ?? undefined, preluActivationWeights},
      attrs: {geometry, outputShape: yShape, activation, leakyreluAlpha: 0},
    };
  };

/** The built-in fused kernels take bias and slopes of any shape that broadcasts. */
const fused =
  (kind: BuiltinKind): BuiltinKernel['compute'] =>
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

/** Gradients are not called once more with the same operands. */
const NO_CALL: BuiltinKernel['oneCall'] = () => undefined;

const KERNELS: {readonly [R in Role]: (kind: BuiltinKind) => BuiltinKernel} = {
  forward: kind => ({oneCall: forwardCall(kind), compute: forward(kind)}),
  fused: kind => ({oneCall: fusedCall(kind), compute: fused(kind)}),
  backpropInput: kind => ({oneCall: NO_CALL, compute: backpropInput(kind)}),
  backpropFilter: kind => ({oneCall: NO_CALL, compute: backpropFilter(kind)}),
};

/** How every built-in kernel runs on ours, by its name. */
export const BUILTIN_KERNELS: Readonly<Record<string, BuiltinKernel>> = Object.fromEntries(
  BUILTINS.map(builtin => [builtin.op, KERNELS[builtin.role](builtin)]),
);
