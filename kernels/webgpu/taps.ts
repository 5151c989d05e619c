import type {PhasePlan} from '../gpu/phase_plan.js';
import {tapUniforms} from '../gpu/uniforms.js';

/** Whether results are in phases that read taps of their own. An input gradient without strides reads as a convolution does. */
export const isPhased = ({backward, geometry: {axes}}: PhasePlan): boolean =>
  backward && axes.some(({stride}) => stride > 1);

/** What a plan says of the axes, and which source result 0 reads by the first tap where there are no phases. */
export const planUniforms = (plan: PhasePlan) => ({
  ...tapUniforms(plan),
  sourceStart: plan.geometry.axes.map(({padBefore}) => (plan.backward ? padBefore : -padBefore)),
});
