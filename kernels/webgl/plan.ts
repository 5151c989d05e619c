import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {xLayout, yLayout} from '../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';
import {perGeometry} from '../../src/geometry/geometry_cache.js';

/*
 * How results meet their sources, for both directions in one form. Along an axis the results are in `phases` interleaved
 * phases of `grid` elements each (result t * phases + phase); those of one phase meet the same taps
 *
 *     k = kernelStart + n * kernelStep,        n = 0 ... , k < kernel
 *
 * and element t reads source t * sourceStep + sourceStart + n * tapStep at tap n. A convolution has one phase; its input
 * gradient has as many as the stride, so that no inserted zero is multiplied. What starts where depends on the phase; the
 * program finds it (glsl/taps.ts).
 */

export interface Plan {
  readonly backward: boolean;
  readonly batch: number;
  readonly groups: number;
  readonly source: ImageLayout;
  readonly result: ImageLayout;
  readonly phases: readonly number[];
  /** From one result of a phase to the next. */
  readonly resultStep: readonly number[];
  readonly grid: readonly number[];
  readonly sourceStep: readonly number[];
  readonly kernelStep: readonly number[];
  readonly tapStep: readonly number[];
  readonly geometry: ConvGeometry;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** How y reads x. */
export const forwardPlan = perGeometry((g): Plan => ({
  backward: false,
  batch: g.batch,
  groups: g.groups,
  source: xLayout(g),
  result: yLayout(g),
  phases: [1, 1, 1],
  resultStep: [1, 1, 1],
  grid: spatialSizes(g, 'output'),
  sourceStep: g.axes.map(({stride}) => stride),
  kernelStep: [1, 1, 1],
  tapStep: g.axes.map(({dilation}) => dilation),
  geometry: g,
}));

/** How dx reads dy. */
export const backwardPlan = perGeometry((g): Plan => {
  const common = g.axes.map(({stride, dilation}) => divisor(stride, dilation));
  const phases = g.axes.map(({stride, input}) => Math.min(stride, input));
  return {
    backward: true,
    batch: g.batch,
    groups: g.groups,
    source: yLayout(g),
    result: xLayout(g),
    phases,
    resultStep: g.axes.map(({stride}) => stride),
    grid: g.axes.map(({stride, input}) => Math.ceil(input / stride)),
    sourceStep: [1, 1, 1],
    kernelStep: g.axes.map(({stride}, a) => stride / common[a]),
    tapStep: g.axes.map(({dilation}, a) => -dilation / common[a]),
    geometry: g,
  };
});

/** Results of one phase, of all batch elements. */
export const resultsPerPhase = ({batch, grid}: Plan): number => batch * product(grid);

/** The axes along which every result meets one tap. Backward, at a stride, some phases meet none, and one may be all there is. */
export function singleTaps({backward, geometry: {axes}}: Plan): [boolean, boolean, boolean] {
  const [depth, height, width] = axes.map(({kernel, stride}) => kernel === 1 && !(backward && stride > 1));
  return [depth, height, width];
}

/** What the axes say by themselves, outermost first. */
export const axisUniforms = ({axes}: ConvGeometry) => ({
  kernel: axes.map(({kernel}) => kernel),
  stride: axes.map(({stride}) => stride),
  dilation: axes.map(({dilation}) => dilation),
  padBefore: axes.map(({padBefore}) => padBefore),
});

/** The uniforms of glsl/taps.ts. */
export const tapUniforms = ({source, phases, grid, sourceStep, kernelStep, tapStep, geometry}: Plan) => ({
  sourceSize: source.spatial,
  phases,
  grid,
  sourceStep,
  kernelStep,
  tapStep,
  ...axisUniforms(geometry),
});
