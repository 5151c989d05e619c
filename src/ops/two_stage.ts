import type {Tensor} from '@tensorflow/tfjs-core';
import type {ResolvedTwoStage} from '../geometry/two_stage.js';
import type {ConvOptions} from '../geometry/options.js';
import type {EpilogueAttrs, EpilogueInputs, TwoStageAttrs} from '../registry/kernel_names.js';
import {epilogueTarget} from './conv_nd.js';
import {withEpilogue} from './epilogue.js';

/** The part that the two fused 2-D kernels share: bias and activation belong to the second stage. */
export function twoStage(
  op: string,
  resolved: ResolvedTwoStage,
  options: ConvOptions,
  run: (inputs: EpilogueInputs, attrs: TwoStageAttrs & EpilogueAttrs) => Tensor,
): Tensor {
  const {outChannels, channelsLast} = resolved.second;
  const target = epilogueTarget(resolved.outputShape, outChannels, channelsLast, 2);
  return withEpilogue(op, options, target, (inputs, attrs) => run(inputs, {...resolved, ...attrs}));
}
