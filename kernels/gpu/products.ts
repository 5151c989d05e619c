import {isDepthwise, isOneToOne} from '../../src/geometry/conv.js';
import type {PhasePlan} from './phase_plan.js';

/** How a tap's products are summed: over the source channels of a group, or each channel by itself. */
export type Products = 'dense' | 'depthwise';

/** Whether each result channel reads one source channel. */
export const isElementwise = ({backward, geometry: g}: PhasePlan): boolean =>
  backward ? isOneToOne(g) : isDepthwise(g);
