import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {PhasePlan} from './phase_plan.js';

/*
 * Sizes as programs read them, by the names of their uniforms; outermost first.
 */

/** The axes of a geometry. */
export const axisUniforms = ({axes}: ConvGeometry) => ({
  kernel: axes.map(({kernel}) => kernel),
  stride: axes.map(({stride}) => stride),
  dilation: axes.map(({dilation}) => dilation),
  padBefore: axes.map(({padBefore}) => padBefore),
});

/** What a plan says of the axes: what the function tapsOf() of the programs reads. */
export const tapUniforms = ({source, phases, grid, sourceStep, kernelStep, tapStep, geometry}: PhasePlan) => ({
  sourceSize: source.spatial,
  phases,
  grid,
  sourceStep,
  kernelStep,
  tapStep,
  ...axisUniforms(geometry),
});
