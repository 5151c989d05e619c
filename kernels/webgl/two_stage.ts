import type {KernelBackend, Tensor, TensorInfo} from '@tensorflow/tfjs-core';
import {yShape} from '../../src/geometry/conv.js';
import type {
  EpilogueAttrs,
  EpilogueInputs,
  KernelAttrs,
  KernelInputs,
  TwoStageAttrs,
} from '../../src/registry/kernel_names.js';
import type {Variants} from '../../src/registry/kernel_table.js';
import {portable} from '../../src/registry/portable.js';
import {computeTwoStage, NOTHING} from './conv.js';
import {computeRows, takesRows} from './depthwise_rows.js';
import {deviceOf, isCapable} from './device.js';
import type {Device} from './device.js';
import {forwardPlan} from './plan.js';
import {computePointwise, takesPointwise} from './pointwise.js';

function twoStage(
  backend: KernelBackend,
  x: Tensor,
  filters: readonly [Tensor, Tensor],
  inputs: EpilogueInputs,
  attrs: TwoStageAttrs & EpilogueAttrs,
): TensorInfo {
  const [first, second] = [attrs.first, attrs.second].map(forwardPlan);
  return computeTwoStage(deviceOf(backend), first, second, x, filters, {inputs, attrs}, attrs.outputShape);
}

/** Both from packed to packed texels, which saves more than tiles do between them. */
function packedStages(
  device: Device,
  inputs: KernelInputs<'DepthwiseSeparableConv2D'>,
  attrs: KernelAttrs<'DepthwiseSeparableConv2D'>,
): TensorInfo {
  const [first, second] = [attrs.first, attrs.second].map(forwardPlan);
  const middle = computeRows(device, first, inputs.x, inputs.depthwiseFilter, NOTHING, yShape(attrs.first));
  try {
    return computePointwise(device, second, middle, inputs.pointwiseFilter, {inputs, attrs}, attrs.outputShape);
  } finally {
    device.backend.disposeIntermediateTensorInfo(middle);
  }
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
    name: 'packed',
    when: ({first, second}) => isCapable() && takesRows(forwardPlan(first)) && takesPointwise(forwardPlan(second)),
    run: ({inputs, attrs, backend}) => packedStages(deviceOf(backend), inputs, attrs),
  },
  {
    name: 'tiles',
    when: isCapable,
    run: ({inputs, attrs, backend}) =>
      twoStage(backend, inputs.x, [inputs.depthwiseFilter, inputs.pointwiseFilter], inputs, attrs),
  },
  portable('DepthwiseSeparableConv2D'),
];
