import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {computePlan, WINOGRAD_LINE} from '../plan/dispatch.js';
import type {OnePlan} from '../plan/dispatch.js';
import {backwardDirections, forwardDirection, tapStep} from '../plan/direction.js';
import type {Direction} from '../plan/direction.js';
import {startInputGradient} from './input_gradient.js';
import {addForm, writeTaps} from './packed_filter.js';
import {lineOf} from './winograd_line_cost.js';
import type {Line} from './winograd_line_cost.js';
import type {Call, Filter, ImageKernel, ImageOperands} from '../types.js';

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

const forwardLine = perGeometry(g => alongLine(forwardDirection(g)));
const backwardLines = perGeometry(g => backwardDirections(g).map(alongLine));

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

function computeDirection(
  call: Call,
  g: ConvGeometry,
  along: LineDirection,
  {source, filter, result, epilogue}: ImageOperands,
): void {
  const packed = call.filters.find(filter.key, along.form) ?? packFilter(call, g, along, filter);
  const {
    direction: {words},
    line: {axis, taps},
  } = along;
  computePlan(call, words, {source, result, filter: packed, epilogue}, WINOGRAD_LINE[axis][taps]);
}

/** y = conv(x, filter). */
export const winogradLineForward: ImageKernel = (call, g, operands) =>
  computeDirection(call, g, forwardLine(g), operands);

/** Its plan. */
export function winogradLinePlan(g: ConvGeometry): OnePlan {
  const {
    direction: {words},
    form,
    line: {axis, taps},
  } = forwardLine(g);
  return {words, form, kernel: WINOGRAD_LINE[axis][taps]};
}

/** dx of conv(x, filter) at dy: every phase is a convolution of dy. */
export const winogradLineBackpropInput: ImageKernel = (call, g, operands) => {
  startInputGradient(call, g, operands);
  for (const along of backwardLines(g)) computeDirection(call, g, along, operands);
};
