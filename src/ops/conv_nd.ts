import {reshape, reverse} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../geometry/conv.js';
import type {ConvGeometry} from '../geometry/conv.js';
import type {OpRank} from '../geometry/validate.js';
import type {ConvOptions, ConvTransposeOptions} from '../geometry/options.js';
import {callCache} from '../geometry/call_cache.js';
import {resolveConv, resolveConvTranspose} from '../geometry/resolve.js';
import type {ConvCall, ResolvedConv} from '../geometry/resolve.js';
import type {ConvNDCall, KernelName} from '../registry/kernel_names.js';
import {runKernel} from '../registry/run_kernel.js';
import {withEpilogue} from './epilogue.js';
import type {EpilogueTarget} from './epilogue.js';
import {floatTensor} from './inputs.js';
import {readConvOptions} from './read_options.js';
import {keepOp, repeatOp} from './repeated_ops.js';
import {scoped} from './scoped.js';

/**
 * The filter as the kernels read it: with `flipFilter` every spatial axis is reversed, as one axis for all taps, so that
 * any backend can do it. That runs kernels, so everything has to be checked before.
 */
export function tapsOf(filter: Tensor, spatialRank: number, {flipFilter}: Pick<ConvOptions, 'flipFilter'>): Tensor {
  if (!flipFilter) return filter;
  const taps = product(filter.shape.slice(0, spatialRank));
  return reshape(reverse(reshape(filter, [taps, filter.size / taps]), 0), filter.shape);
}

/** The result of a convolution, for its epilogue. */
export const epilogueTarget = (
  shape: readonly number[],
  channels: number,
  channelsLast: boolean,
  spatialRank: number,
): EpilogueTarget => ({shape, channels, channelAxisFromEnd: channelsLast ? 1 : spatialRank + 1});

/** Geometries by the options that they depend on. */
const resolveOnce = callCache<ConvTransposeOptions, ResolvedConv>([
  'strides',
  'pad',
  'dilations',
  'groups',
  'dataFormat',
  'outputShape',
  'outputPadding',
]);

/** An op that ConvND computes. */
export interface ConvOp extends OpRank {
  readonly resolve?: (call: ConvCall) => ResolvedConv;
  /** Gets every call of ConvND with its result. */
  readonly note?: (call: ConvNDCall, y: Tensor) => void;
}

/** Every forward convolution that repeats none: validates, resolves, runs ConvND. */
function computeConvND(
  {op, rank, resolve = resolveConv, note}: ConvOp,
  x: unknown,
  filter: unknown,
  given: ConvOptions,
): Tensor {
  const options = readConvOptions(op, 'conv', given);
  const $x = floatTensor(op, 'x', x);
  const $filter = floatTensor(op, 'filter', filter);
  const {geometry, outputShape} = resolveOnce(op, $x.shape, $filter.shape, options, () =>
    resolve({op, rank, x: $x.shape, filter: $filter.shape, options}),
  );
  const target = epilogueTarget(outputShape, geometry.outChannels, geometry.channelsLast, rank);
  return withEpilogue(op, options, target, ({bias, preluActivationWeights}, {activation, leakyreluAlpha}) => {
    const inputs = {x: $x, filter: tapsOf($filter, rank, options), bias, preluActivationWeights};
    const attrs = {geometry, outputShape, activation, leakyreluAlpha};
    const y = runKernel('ConvND', inputs, attrs);
    if (note !== undefined) note({inputs, attrs}, y);
    else keepOp(op, x, filter, options, {inputs, attrs});
    return y;
  });
}

/** Every forward convolution. */
export function convND<T extends Tensor>(how: ConvOp, x: unknown, filter: unknown, given: ConvOptions): T {
  const {op, note} = how;
  const repeated = note === undefined ? repeatOp(op, x, filter, given) : undefined;
  // The rank of the result is that of x, which no type of the kernels can say.
  return (repeated as T | undefined) ?? scoped(op, () => computeConvND(how, x, filter, given));
}

/** An op that one of two kernels computes, which are the same map. */
export interface ConvTransposeOp extends OpRank {
  readonly kernel?: Extract<KernelName, 'ConvNDBackpropInput' | 'Conv2DTransposeMatrix'>;
  /** @throws if the op does not compute the geometry. */
  readonly checkGeometry?: (geometry: ConvGeometry) => void;
}

/** Every transposed convolution: validates, resolves, runs the kernel that computes it. */
export function convTransposeND<T extends Tensor>(
  {op, rank, kernel = 'ConvNDBackpropInput', checkGeometry}: ConvTransposeOp,
  x: unknown,
  filter: unknown,
  given: ConvTransposeOptions,
): T {
  const compute = (): Tensor => {
    const options = readConvOptions(op, 'transpose', given);
    const dy = floatTensor(op, 'x', x);
    const $filter = floatTensor(op, 'filter', filter);
    const {geometry, outputShape} = resolveOnce(op, dy.shape, $filter.shape, options, () =>
      resolveConvTranspose({op, rank, x: dy.shape, filter: $filter.shape, options}),
    );
    checkGeometry?.(geometry);
    const target = epilogueTarget(outputShape, geometry.inChannels, geometry.channelsLast, rank);
    return withEpilogue(op, options, target, ({bias, preluActivationWeights}, {activation, leakyreluAlpha}) =>
      runKernel(
        kernel,
        {dy, filter: tapsOf($filter, rank, options), bias, preluActivationWeights},
        {geometry, outputShape, activation, leakyreluAlpha},
      ),
    );
  };
  return scoped(op, compute, {dy: 'x'});
}
