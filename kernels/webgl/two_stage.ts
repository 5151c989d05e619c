import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import type {EpilogueAttrs, EpilogueInputs, TwoStageAttrs} from '../../src/registry/kernel_names.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {computeTwoStage} from './conv.js';
import {deviceOf, isCapable} from './device.js';
import {forwardPlan} from './plan.js';

function twoStage(
    backend: KernelBackend, x: Tensor, filters: readonly [Tensor, Tensor], inputs: EpilogueInputs,
    attrs: TwoStageAttrs & EpilogueAttrs): TensorInfo {
  const [first, second] = [attrs.first, attrs.second].map(forwardPlan);
  return computeTwoStage(deviceOf(backend), first, second, x, filters, {inputs, attrs}, attrs.outputShape);
}

export const spatiallySeparableConv2D: Variants<'SpatiallySeparableConv2D'> = [
  {
    name: 'tiles',
    when: isCapable,
    run: ({inputs, attrs, backend}) =>
        twoStage(backend, inputs.x, [inputs.columnFilter, inputs.rowFilter], inputs, attrs),
  },
  portable('SpatiallySeparableConv2D'),
];

export const depthwiseSeparableConv2D: Variants<'DepthwiseSeparableConv2D'> = [
  {
    name: 'tiles',
    when: isCapable,
    run: ({inputs, attrs, backend}) =>
        twoStage(backend, inputs.x, [inputs.depthwiseFilter, inputs.pointwiseFilter], inputs, attrs),
  },
  portable('DepthwiseSeparableConv2D'),
];
