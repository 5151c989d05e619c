import type {ConvGeometry} from '../../../src/geometry/conv.js';
import {perGeometry} from '../../../src/geometry/geometry_cache.js';
import {backwardTapPlans, filterTaps, forwardTapPlan} from '../../../src/geometry/taps.js';
import type {TapPlan} from '../../../src/geometry/taps.js';
import {ascending, F32, xImage, yImage} from './conv_plan.js';
import {planWords} from './encoding.js';
import type {PlanWords} from './encoding.js';

/*
 * A direction is a convolution as the core computes it: from x to y, or from dy to one phase of dx. Both are sums over
 * taps and channels of a source image, so one kernel computes either. Made once for a geometry.
 */

/** Names of the forms that filters are packed in. */
type Packing = 'panels' | 'winograd2' | 'winograd4' | 'stream' | 'line' | 'fft';

export interface DirectionTaps {
  /** What each result reads; the taps ascend. */
  readonly plan: TapPlan;
  /** The indices of those taps in the filter. */
  readonly taps: readonly number[];
}

export function forwardTaps(g: ConvGeometry): DirectionTaps {
  const plan = forwardTapPlan(g);
  return {plan, taps: filterTaps(plan, g)};
}

/** Those of each phase of dx. */
export const backwardTaps = (g: ConvGeometry): DirectionTaps[] =>
  backwardTapPlans(g).map(phase => {
    const plan = ascending(phase);
    return {plan, taps: filterTaps(plan, g)};
  });

/** Images are channels last. */
export interface Direction extends DirectionTaps {
  readonly batch: number;
  readonly groups: number;
  /** Channels of a group in the source image, which are summed over. */
  readonly groupInChannels: number;
  /** Channels of a group in the result: the columns of the matrix product. */
  readonly groupOutChannels: number;
  /** Bytes in the filter from one such channel, or group, to the next. */
  readonly inChannelStep: number;
  readonly outChannelStep: number;
  readonly groupStep: number;
  readonly words: PlanWords;
  /** Names of the packed filter: all that packing depends on, as filters of other shapes may share their values. */
  readonly forms: {readonly [P in Packing]: string};
}

type Steps = Pick<Direction, 'inChannelStep' | 'outChannelStep' | 'groupStep'>;

function makeDirection(
  g: ConvGeometry,
  {plan, taps}: DirectionTaps,
  pass: 'forward' | 'backward',
  steps: Steps,
): Direction {
  const {batch, groups} = g;
  const [xChannels, yChannels] = [g.inChannels / groups, g.outChannels / groups];
  const [groupInChannels, groupOutChannels] = pass === 'forward' ? [xChannels, yChannels] : [yChannels, xChannels];
  const [source, result] = pass === 'forward' ? [xImage(g), yImage(g)] : [yImage(g), xImage(g)];
  const form = (packing: Packing) =>
    `${packing} ${pass} ${groups} ${groupInChannels} ${groupOutChannels} ${taps.join()}`;
  return {
    plan,
    taps,
    batch,
    groups,
    groupInChannels,
    groupOutChannels,
    ...steps,
    words: planWords({plan, taps, batch, groups, groupInChannels, groupOutChannels, source, result}),
    forms: {
      panels: form('panels'),
      winograd2: form('winograd2'),
      winograd4: form('winograd4'),
      stream: form('stream'),
      line: form('line'),
      fft: form('fft'),
    },
  };
}

/** From x to y. */
export const forwardDirection = perGeometry(g =>
  makeDirection(g, forwardTaps(g), 'forward', {
    inChannelStep: g.outChannels * F32,
    outChannelStep: F32,
    groupStep: (g.outChannels / g.groups) * F32,
  }),
);

/** From dy to each phase of dx. */
export const backwardDirections = perGeometry((g): readonly Direction[] =>
  backwardTaps(g).map(taps =>
    makeDirection(g, taps, 'backward', {
      inChannelStep: F32,
      outChannelStep: g.outChannels * F32,
      groupStep: (g.outChannels / g.groups) * F32,
    }),
  ),
);

/** Bytes from one tap of the filter to the next. */
export const tapStep = (g: ConvGeometry): number => (g.inChannels / g.groups) * g.outChannels * F32;
