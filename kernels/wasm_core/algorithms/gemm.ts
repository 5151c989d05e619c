import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {GEMM, GROUPED} from '../plan/dispatch.js';
import type {BlockKernel} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {byPhases, byPlan} from './one_plan.js';
import type {OnePlan} from './one_plan.js';
import {addForm, writeTaps} from './packed_filter.js';
import type {Call, Filter} from '../types.js';

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

const planOf = (g: ConvGeometry, direction: Direction, kernel: BlockKernel): OnePlan => ({
  words: direction.words,
  kernel,
  form: direction.forms.panels,
  pack: (call, filter) => packPanels(call, g, direction, filter),
  hasTables: false,
});

const forwardPlan = (kernel: BlockKernel) => perGeometry(g => planOf(g, forwardDirection(g), kernel));

/** Every phase of dx is a dense convolution of dy. */
const backwardPlans = (kernel: BlockKernel) =>
  perGeometry(g => backwardDirections(g).map(direction => planOf(g, direction, kernel)));

/** Plans of y = conv(x, filter). */
export const gemmPlan = forwardPlan(GEMM);
export const groupedPlan = forwardPlan(GROUPED);

/** y = conv(x, filter). */
export const gemmForward = byPlan(gemmPlan);
export const groupedForward = byPlan(groupedPlan);

/** dx of conv(x, filter) at dy. */
export const gemmBackpropInput = byPhases(backwardPlans(GEMM));
export const groupedBackpropInput = byPhases(backwardPlans(GROUPED));
