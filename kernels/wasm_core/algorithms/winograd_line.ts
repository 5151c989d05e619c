import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {WINOGRAD_LINE} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {byPhases, byPlan} from './one_plan.js';
import type {OnePlan} from './one_plan.js';
import {addForm, writeTaps} from './packed_filter.js';
import {lineOf} from './winograd_line_cost.js';
import type {Line} from './winograd_line_cost.js';
import type {Call, Filter} from '../types.js';

/*
 * Winograd convolution along one axis (assembly/winograd/line/forward.ts), channels last.
 */

/** A direction with the line of its tiles. */
interface LineDirection {
  readonly direction: Direction;
  readonly line: Line;
  /** The name of the packed filter. */
  readonly form: string;
}

function alongLine(direction: Direction): LineDirection {
  const line = lineOf(direction);
  if (line === null) throw new Error('no axis has taps for tiles in a line');
  return {direction, line, form: `${direction.forms.line} ${line.outer} ${line.taps} ${line.inner}`};
}

/** Packs the transformed filters of all groups. */
function packFilter(call: Call, g: ConvGeometry, {direction, line, form}: LineDirection, filter: Filter): number {
  const {run} = call.core;
  const {outer, taps, inner} = line;
  const {groupInChannels, groupOutChannels, inChannelStep, outChannelStep, groupStep} = direction;
  const bytes = run.winogradLineFilterBytes(outer * inner, taps, groupInChannels, groupOutChannels);
  return addForm(call, filter, form, g.groups * bytes, (packing, to, from) => {
    const list = writeTaps(packing, direction.taps);
    for (let group = 0; group < g.groups; group++) {
      run.transformLineFilter(
        to + group * bytes,
        from + group * groupStep,
        list,
        outer,
        taps,
        inner,
        groupInChannels,
        groupOutChannels,
        tapStep(g),
        inChannelStep,
        outChannelStep,
      );
    }
  });
}

function planOf(g: ConvGeometry, direction: Direction): OnePlan {
  const along = alongLine(direction);
  const {
    form,
    line: {axis, taps},
  } = along;
  return {
    words: direction.words,
    kernel: WINOGRAD_LINE[axis][taps],
    form,
    pack: (call, filter) => packFilter(call, g, along, filter),
    hasTables: false,
  };
}

/** The plan of y = conv(x, filter). */
export const winogradLinePlan = perGeometry(g => planOf(g, forwardDirection(g)));

/** y = conv(x, filter). */
export const winogradLineForward = byPlan(winogradLinePlan);

/** dx of conv(x, filter) at dy: every phase is a convolution of dy. */
export const winogradLineBackpropInput = byPhases(
  perGeometry(g => backwardDirections(g).map(direction => planOf(g, direction))),
);
