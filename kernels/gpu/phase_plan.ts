import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {perGeometry} from '../../src/geometry/geometry_cache.js';
import {xLayout, yLayout} from '../../src/geometry/image_layout.js';
import type {ImageLayout} from '../../src/geometry/image_layout.js';

/*
 * Which elements of the source the results read, for both directions in one form. Along an axis the results are in
 * `phases` interleaved phases of `grid` elements each (result t * phases + phase); those of one phase read the same taps
 *
 *     k = kernelStart + n * kernelStep,        n = 0 ... , k < kernel
 *
 * and element t reads source t * sourceStep + sourceStart + n * tapStep at tap n. A convolution has one phase; its input
 * gradient has as many as the stride, so that no inserted zero is multiplied. kernelStart and sourceStart depend on the
 * phase; the program computes them (glsl/taps.ts).
 */

export interface PhasePlan {
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

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** How y reads x. */
export const forwardPhasePlan = perGeometry((g): PhasePlan => ({
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
export const backwardPhasePlan = perGeometry((g): PhasePlan => {
  const common = g.axes.map(({stride, dilation}) => greatestCommonDivisor(stride, dilation));
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
export const resultsPerPhase = ({batch, grid}: PhasePlan): number => batch * product(grid);

/**
 * The axes along which every result reads one tap. Backward, at a stride, some phases read none, and one may be the only
 * phase that exists.
 */
export function singleTaps({backward, geometry: {axes}}: PhasePlan): [boolean, boolean, boolean] {
  const [depth, height, width] = axes.map(({kernel, stride}) => kernel === 1 && !(backward && stride > 1));
  return [depth, height, width];
}
