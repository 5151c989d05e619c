import {FILTER_PASSES_BYTES} from '../generated/layout.js';
import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {allocate} from '../call.js';
import {WINOGRAD} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {byPhases, byPlan} from './one_plan.js';
import type {OnePlan} from './one_plan.js';
import {addForm, writeTaps} from './packed_filter.js';
import type {TileSize} from './winograd_cost.js';
import type {Call, Filter, ImageKernel} from '../types.js';

/*
 * Winograd convolution (assembly/winograd/forward.ts), channels last.
 */

/** How tiles compute a direction: their size, and whether the filter is transformed while it is used (size 4 only). */
export interface Tiling {
  readonly size: TileSize;
  readonly streamed: boolean;
}

/** Packs the transformed filters of all groups. */
function packTransformed(call: Call, g: ConvGeometry, direction: Direction, size: TileSize, filter: Filter): number {
  const {run} = call.core;
  const {plan, taps, groupInChannels, groupOutChannels, inChannelStep, outChannelStep, groupStep, forms} = direction;
  const planes = plan[0].source.length;
  const side = size + 2;
  const bytes = run.winogradFilterBytes(side, planes, groupInChannels, groupOutChannels);
  return addForm(call, filter, forms[`winograd${size}`], g.groups * bytes, (packing, to, from) => {
    const list = writeTaps(packing, taps);
    const passes = allocate(packing, FILTER_PASSES_BYTES);
    for (let group = 0; group < g.groups; group++) {
      run.transformFilter(
        side,
        to + group * bytes,
        from + group * groupStep,
        list,
        planes,
        groupInChannels,
        groupOutChannels,
        tapStep(g),
        inChannelStep,
        outChannelStep,
        passes,
      );
    }
  });
}

/** Packs the filters of all groups as they are, for tiles that transform them while they use them. */
function packStreamed(call: Call, g: ConvGeometry, direction: Direction, filter: Filter): number {
  const {run} = call.core;
  const {plan, taps, groupInChannels, groupOutChannels, inChannelStep, outChannelStep, groupStep, forms} = direction;
  const planes = plan[0].source.length;
  const bytes = run.streamFilterBytes(g.groups, planes * groupInChannels, groupOutChannels);
  return addForm(call, filter, forms.stream, bytes, (packing, to, from) =>
    run.packStream(
      to,
      from,
      writeTaps(packing, taps),
      g.groups,
      planes,
      groupInChannels,
      groupOutChannels,
      groupStep,
      tapStep(g),
      inChannelStep,
      outChannelStep,
    ),
  );
}

function planOf(g: ConvGeometry, direction: Direction, {size, streamed}: Tiling): OnePlan {
  const form = streamed ? 'stream' : (`winograd${size}` as const);
  return {
    words: direction.words,
    kernel: WINOGRAD[form],
    form: direction.forms[form],
    pack: (call, filter) =>
      streamed ? packStreamed(call, g, direction, filter) : packTransformed(call, g, direction, size, filter),
    hasTables: false,
  };
}

/** Chooses how a direction is computed. */
export type ChooseTiling = (direction: Direction) => Tiling;

/** The plan of y = conv(x, filter) by tiles. */
export const winogradPlan = (tilingOf: ChooseTiling): ((g: ConvGeometry) => OnePlan) =>
  perGeometry(g => {
    const direction = forwardDirection(g);
    return planOf(g, direction, tilingOf(direction));
  });

/** y = conv(x, filter) by tiles. */
export const winogradForward = (tilingOf: ChooseTiling): ImageKernel => byPlan(winogradPlan(tilingOf));

/** dx of conv(x, filter) at dy, likewise. */
export const winogradBackpropInput = (tilingOf: ChooseTiling): ImageKernel =>
  byPhases(perGeometry(g => backwardDirections(g).map(direction => planOf(g, direction, tilingOf(direction)))));
