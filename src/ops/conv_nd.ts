import {reshape, reverse} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../geometry/conv.js';
import type {ConvGeometry} from '../geometry/conv.js';
import type {SpatialRank} from '../geometry/validate.js';
import type {ConvOptions, ConvTransposeOptions} from '../geometry/options.js';
import {remembering} from '../geometry/call_cache.js';
import {resolveConv, resolveConvTranspose} from '../geometry/resolve.js';
import type {ResolvedConv} from '../geometry/resolve.js';
import type {KernelName} from '../registry/kernel_names.js';
import {runKernel} from '../registry/run_kernel.js';
import {withEpilogue} from './epilogue.js';
import type {EpilogueTarget} from './epilogue.js';
import {checkOptions, floatTensor} from './inputs.js';

/**
 * The filter as the kernels read it: with `flipFilter` every spatial axis is reversed, as one axis for all taps, so that
 * any backend can do it. That runs kernels, so everything has to be checked before.
 */
export function tapsOf(filter: Tensor, spatialRank: number, {flipFilter}: Pick<ConvOptions, 'flipFilter'>): Tensor {
  if (!flipFilter) return filter;
  const taps = product(filter.shape.slice(0, spatialRank));
  return reshape(reverse(reshape(filter, [taps, filter.size / taps]), 0), filter.shape);
}

/** Where the channels of a result stand. */
export const epilogueTarget = (
  shape: readonly number[],
  channels: number,
  channelsLast: boolean,
  spatialRank: number,
): EpilogueTarget => ({shape, channels, channelAxisFromEnd: channelsLast ? 1 : spatialRank + 1});

/** Geometries by the options that they depend on. */
const resolveOnce = remembering<ConvTransposeOptions, ResolvedConv>([
  'strides',
  'pad',
  'dilations',
  'groups',
  'dataFormat',
  'outputShape',
  'outputPadding',
]);

/** Every forward convolution: checks, resolves, runs ConvND. */
export function convND(
  op: string,
  rank: SpatialRank,
  x: unknown,
  filter: unknown,
  given: ConvOptions,
  resolve: typeof resolveConv = resolveConv,
): Tensor {
  const options = checkOptions(op, 'conv', given);
  const $x = floatTensor(op, 'x', x);
  const $filter = floatTensor(op, 'filter', filter);
  const {geometry, outputShape} = resolveOnce(op, $x.shape, $filter.shape, options, () =>
    resolve(op, rank, $x.shape, $filter.shape, options),
  );
  const target = epilogueTarget(outputShape, geometry.outChannels, geometry.channelsLast, rank);
  return withEpilogue(op, options, target, ({bias, preluActivationWeights}, {activation, leakyreluAlpha}) =>
    runKernel(
      'ConvND',
      {x: $x, filter: tapsOf($filter, rank, options), bias, preluActivationWeights},
      {geometry, outputShape, activation, leakyreluAlpha},
    ),
  );
}

/** Every transposed convolution: checks, resolves, runs the kernel that computes it. */
export function convTransposeND(
  op: string,
  rank: SpatialRank,
  x: unknown,
  filter: unknown,
  given: ConvTransposeOptions,
  kernel: Extract<KernelName, 'ConvNDBackpropInput' | 'Conv2DTransposeMatrix'> = 'ConvNDBackpropInput',
  checkGeometry: (geometry: ConvGeometry) => void = () => {},
): Tensor {
  const options = checkOptions(op, 'transpose', given);
  const dy = floatTensor(op, 'x', x);
  const $filter = floatTensor(op, 'filter', filter);
  const {geometry, outputShape} = resolveOnce(op, dy.shape, $filter.shape, options, () =>
    resolveConvTranspose(op, rank, dy.shape, $filter.shape, options),
  );
  checkGeometry(geometry);
  const target = epilogueTarget(outputShape, geometry.inChannels, geometry.channelsLast, rank);
  return withEpilogue(op, options, target, ({bias, preluActivationWeights}, {activation, leakyreluAlpha}) =>
    runKernel(
      kernel,
      {dy, filter: tapsOf($filter, rank, options), bias, preluActivationWeights},
      {geometry, outputShape, activation, leakyreluAlpha},
    ),
  );
}
