import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {backwardPlans, filterTaps, forwardPlan} from '../../../src/geometry/taps.js';
import type {TapPlan} from '../../../src/geometry/taps.js';
import {ascending, F32, xImage, yImage} from './conv_plan.js';
import {planWords} from './encoding.js';
import type {PlanWords} from './encoding.js';

/** The ways that filters are packed. */
type Packing = 'panels' | 'winograd2' | 'winograd4' | 'stream' | 'unpacked';

/** The taps of one way through a convolution. */
export interface DirectionTaps {
  /** The taps ascend. */
  readonly plan: TapPlan;
  /** Those taps in the filter. */
  readonly taps: readonly number[];
}

/** From x to y. */
export function forwardTaps(g: ConvGeometry): DirectionTaps {
  const plan = forwardPlan(g);
  return {plan, taps: filterTaps(plan, g)};
}

/** From dy to each phase of dx. */
export const backwardTaps = (g: ConvGeometry): DirectionTaps[] =>
  backwardPlans(g).map(phase => {
    const plan = ascending(phase);
    return {plan, taps: filterTaps(plan, g)};
  });

/**
 * One way through a convolution, channels last: from x to y, or from dy to one phase of dx. Its channels, which are
 * summed over, and columns are those of a group.
 */
export interface Direction extends DirectionTaps {
  readonly channels: number;
  readonly columns: number;
  /** Bytes from one channel to the next in the filter, and likewise. */
  readonly channelStep: number;
  readonly columnStep: number;
  readonly groupStep: number;
  readonly words: PlanWords;
  /** Names of the packed forms of the filter. */
  readonly forms: {readonly [P in Packing]: string};
}

/** Of all that packing depends on, as filters of other shapes may share their values. */
function formsOf(
  way: 'forward' | 'backward',
  groups: number,
  channels: number,
  columns: number,
  taps: readonly number[],
): Direction['forms'] {
  const rest = `${way} ${groups} ${channels} ${columns} ${taps.join()}`;
  const form = (packing: Packing) => `${packing} ${rest}`;
  return {
    panels: form('panels'),
    winograd2: form('winograd2'),
    winograd4: form('winograd4'),
    stream: form('stream'),
    unpacked: form('unpacked'),
  };
}

/** From x to y. */
export const forwardDirection = perGeometry((g): Direction => {
  const {plan, taps} = forwardTaps(g);
  const [channels, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  return {
    plan,
    taps,
    channels,
    columns,
    channelStep: g.outChannels * F32,
    columnStep: F32,
    groupStep: columns * F32,
    words: planWords({
      plan,
      taps,
      batch: g.batch,
      groups: g.groups,
      channels,
      columns,
      source: xImage(g),
      result: yImage(g),
    }),
    forms: formsOf('forward', g.groups, channels, columns, taps),
  };
});

/** From dy to each phase of dx. */
export const backwardDirections = perGeometry((g): readonly Direction[] =>
  backwardTaps(g).map(({plan, taps}) => {
    const [channels, columns] = [g.outChannels / g.groups, g.inChannels / g.groups];
    return {
      plan,
      taps,
      channels,
      columns,
      channelStep: F32,
      columnStep: g.outChannels * F32,
      groupStep: channels * F32,
      words: planWords({
        plan,
        taps,
        batch: g.batch,
        groups: g.groups,
        channels,
        columns,
        source: yImage(g),
        result: xImage(g),
      }),
      forms: formsOf('backward', g.groups, channels, columns, taps),
    };
  }),
);

/** Bytes from one tap of the filter to the next. */
export const tapStep = (g: ConvGeometry): number => (g.inChannels / g.groups) * g.outChannels * F32;
