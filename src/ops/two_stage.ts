import type {Tensor} from '@tensorflow/tfjs-core';
import {callCache} from '../geometry/call_cache.js';
import type {ConvOptions} from '../geometry/options.js';
import type {ResolvedTwoStage, resolveSpatiallySeparable} from '../geometry/two_stage.js';
import type {EpilogueAttrs, EpilogueInputs, TwoStageAttrs} from '../registry/kernel_names.js';
import {epilogueTarget} from './conv_nd.js';
import {withEpilogue} from './epilogue.js';

/** Pairs of geometries by the options that they depend on. */
const resolveOnce = callCache<ConvOptions, ResolvedTwoStage>(['strides', 'pad', 'dilations', 'groups', 'dataFormat']);

/**
 * The part that the two ops share: the geometries of equal calls are resolved once, and bias and activation belong to
 * the second convolution.
 * @throws where a shape or an option breaks a rule of `errors.ts`.
 */
export function twoStage(
  op: string,
  [x, first, second]: readonly [Tensor, Tensor, Tensor],
  options: ConvOptions,
  resolve: typeof resolveSpatiallySeparable,
  run: (inputs: EpilogueInputs, attrs: TwoStageAttrs & EpilogueAttrs) => Tensor,
): Tensor {
  // The rank of the first filter says where the shape of the second one begins.
  const filters = [first.rank].concat(first.shape, second.shape);
  const resolved = resolveOnce(op, x.shape, filters, options, () =>
    resolve(op, x.shape, first.shape, second.shape, options),
  );
  const {outChannels, channelsLast} = resolved.second;
  const target = epilogueTarget(resolved.outputShape, outChannels, channelsLast, 2);
  return withEpilogue(op, options, target, (inputs, {activation, leakyreluAlpha}) =>
    run(inputs, {
      first: resolved.first,
      second: resolved.second,
      outputShape: resolved.outputShape,
      activation,
      leakyreluAlpha,
    }),
  );
}
