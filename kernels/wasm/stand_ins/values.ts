import {backend_util, util} from '@tensorflow/tfjs-core';
import type {
  BinaryInputs,
  FusedBatchNormAttrs,
  FusedBatchNormInputs,
  LeakyReluAttrs,
  LeakyReluInputs,
  MeanAttrs,
  MeanInputs,
  TanhInputs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import {product} from '../../../src/geometry/conv.js';
import type {StandIn} from '../../../src/registry/stand_ins.js';
import {allocate, floatsAt} from '../../wasm_core/call.js';
import {ACTIVATION_NUMBERS, F32} from '../../wasm_core/plan/conv_plan.js';
import type {CoreExports} from '../../wasm_core/runtime/exports.js';
import {addressOf, isFloats, makeTensor} from './results.js';

/*
 * Values of which each depends on few others.
 */

/** FusedBatchNorm with a value per channel of mean and variance. */
export const fusedBatchNorm: StandIn<FusedBatchNormInputs, FusedBatchNormAttrs> = ({inputs, attrs, backend}) => {
  const {x, mean, variance, offset, scale} = inputs;
  if (!isFloats(x)) return undefined;
  const channels: number | undefined = x.shape[x.shape.length - 1];
  // TensorFlow.js passes null for what is left out, which its types do not say.
  const given: ReadonlyArray<TensorInfo | null | undefined> = [mean, variance, offset, scale];
  const isPerChannel = (one: TensorInfo | null | undefined): boolean =>
    one == null || (one.dtype === 'float32' && one.shape.length === 1 && one.shape[0] === channels);
  if (channels === undefined || mean == null || variance == null || !given.every(isPerChannel)) return undefined;
  return makeTensor(backend, x.shape, 'float32', (call, to) => {
    const read = (one: TensorInfo | null | undefined): number => (one == null ? 0 : addressOf(call, one));
    call.core.run.batchNorm(
      to,
      addressOf(call, x),
      read(mean),
      read(variance),
      read(offset),
      read(scale),
      attrs.varianceEpsilon,
      product(x.shape) / channels,
      channels,
      allocate(call, 2 * channels * F32),
    );
  });
};

/** Maximum and Minimum of tensors of one shape, or of a tensor and a single value. */
const limit =
  (name: keyof Pick<CoreExports, 'maximum' | 'minimum'>): StandIn<BinaryInputs, object> =>
  ({inputs: {a, b}, backend}) => {
    if (!isFloats(a) || !isFloats(b)) return undefined;
    const [sizeA, sizeB] = [product(a.shape), product(b.shape)];
    if (sizeA !== 1 && sizeB !== 1 && !util.arraysEqual(a.shape, b.shape)) return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const step = (size: number): number => (size === 1 ? 0 : F32);
    return makeTensor(backend, shape, 'float32', (call, to) =>
      call.core.run[name](to, addressOf(call, a), step(sizeA), addressOf(call, b), step(sizeB), product(shape)),
    );
  };

export const maximum = limit('maximum');
export const minimum = limit('minimum');

/** LeakyRelu */
export const leakyRelu: StandIn<LeakyReluInputs, LeakyReluAttrs> = ({inputs: {x}, attrs: {alpha}, backend}) => {
  if (!isFloats(x)) return undefined;
  const count = product(x.shape);
  return makeTensor(backend, x.shape, 'float32', (call, to) => {
    const slope = allocate(call, F32);
    floatsAt(call, slope, 1)[0] = alpha;
    const from = addressOf(call, x);
    call.core.run.activateValues(to, from, count, ACTIVATION_NUMBERS.leakyrelu, slope);
  });
};

/** Tanh */
export const tanh: StandIn<TanhInputs, object> = ({inputs: {x}, backend}) =>
  isFloats(x)
    ? makeTensor(backend, x.shape, 'float32', (call, to) =>
        call.core.run.tanhValues(to, addressOf(call, x), product(x.shape)),
      )
    : undefined;

/** Mean over neighbouring axes, such as the spatial ones of an image. */
export const mean: StandIn<MeanInputs, MeanAttrs> = ({inputs: {x}, attrs, backend}) => {
  if (!isFloats(x)) return undefined;
  const axes = util.parseAxisParam(attrs.axis, x.shape).sort((a, b) => a - b);
  if (axes.length === 0 || axes.some((axis, n) => axis !== axes[0] + n)) return undefined;
  const [first, end] = [axes[0], axes[0] + axes.length];
  const [before, over, after] = [x.shape.slice(0, first), x.shape.slice(first, end), x.shape.slice(end)];
  const kept = attrs.keepDims ? over.map(() => 1) : [];
  return makeTensor(backend, [...before, ...kept, ...after], 'float32', (call, to) =>
    call.core.run.meanRows(to, addressOf(call, x), product(before), product(over), product(after)),
  );
};
