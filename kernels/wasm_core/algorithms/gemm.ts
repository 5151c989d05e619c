import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {computePlan, GEMM, GROUPED} from '../plan/dispatch.js';
import type {BlockKernel, OnePlan} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {startInputGradient} from './input_gradient.js';
import {addForm, writeTaps} from './packed_filter.js';
import type {Call, Filter, ImageKernel, ImageOperands} from '../types.js';

/*
 * Convolution as a matrix product, channels last: by gathered blocks of the im2col matrix (gemm), or read in place where
 * a group has few channels (grouped). Both read the filter in panels.
 */

/** The panels of all groups. */
function packPanels(call: Call, g: ConvGeometry, direction: Direction, filter: Filter): number {
  const {taps, groupInChannels, groupOutChannels, inChannelStep, outChannelStep, groupStep, forms} = direction;
  const {run} = call.core;
  const bytes = run.gemmFilterBytes(taps.length * groupInChannels, groupOutChannels);
  return addForm(call, filter, forms.panels, g.groups * bytes, (packing, to, from) => {
    const list = writeTaps(packing, taps);
    for (let group = 0; group < g.groups; group++) {
      const at = from + group * groupStep;
      run.packPanels(
        to + group * bytes,
        at,
        list,
        taps.length,
        groupInChannels,
        groupOutChannels,
        tapStep(g),
        inChannelStep,
        outChannelStep,
      );
    }
  });
}

function computeDirection(
  call: Call,
  g: ConvGeometry,
  direction: Direction,
  kernel: BlockKernel,
  {source, filter, result, epilogue}: ImageOperands,
): void {
  const panels = call.filters.find(filter.key, direction.forms.panels) ?? packPanels(call, g, direction, filter);
  computePlan(call, direction.words, {source, result, filter: panels, epilogue}, kernel);
}

const forwardBy =
  (kernel: BlockKernel): ImageKernel =>
  (call, g, operands) =>
    computeDirection(call, g, forwardDirection(g), kernel, operands);

/** Every phase of dx is a dense convolution of dy. */
const backpropInputBy =
  (kernel: BlockKernel): ImageKernel =>
  (call, g, operands) => {
    startInputGradient(call, g, operands);
    for (const direction of backwardDirections(g)) computeDirection(call, g, direction, kernel, operands);
  };

const planBy =
  (kernel: BlockKernel) =>
  (g: ConvGeometry): OnePlan => {
    const {words, forms} = forwardDirection(g);
    return {words, form: forms.panels, kernel};
  };

/** y = conv(x, filter). */
export const gemmForward = forwardBy(GEMM);
export const groupedForward = forwardBy(GROUPED);

/** Their plans. */
export const gemmPlan = planBy(GEMM);
export const groupedPlan = planBy(GROUPED);

/** dx of conv(x, filter) at dy. */
export const gemmBackpropInput = backpropInputBy(GEMM);
export const groupedBackpropInput = backpropInputBy(GROUPED);
