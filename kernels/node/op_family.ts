import {isChannelwise, isDepthwise, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {paddingOf} from './axis_padding.js';
import {FAMILIES, familyOp, imageShape, isStrided} from './op_families.js';
import type {FamilyName, ConvKernel, Operands} from './op_families.js';
import {isComputed} from './probe.js';
import {channelsLast, fitted, inPhases, unchanged, spatialAxes} from './rewrite.js';
import type {Rewrite} from './rewrite.js';
import {shaped} from './plain_ops.js';
import type {Handle, TensorFlow} from './tensorflow.js';
import {LONG_PADDING} from './thresholds.js';

/** A kernel for one geometry. Its result has the elements in their order, of whatever rank. */
export type Compute = (tf: TensorFlow, operands: Operands) => Handle;

/** Lines of up to three channels to many, for which oneDNN has kernels of their own. */
export const isFirstLine = ({axes: [, height], inChannels, outChannels}: ConvGeometry): boolean =>
  height.kernel === 1 && inChannels <= 3 && outChannels >= 16;

/**
 * Whether an op that could pad is faster on an x that has been padded: those for the gradient by a dilated filter, and
 * for lines of up to three channels whose padding is longer than the block of outputs that oneDNN has in registers.
 */
function padsFirst(kernel: ConvKernel, {geometry: g}: Rewrite): boolean {
  const [, height, width] = g.axes;
  if (isChannelwise(g)) return false;
  const long = g.inChannels <= 3 && height.kernel === 1 && width.padBefore >= longPadding(g);
  return kernel === 'ConvNDBackpropFilter'
    ? long || g.axes.some(({kernel, dilation}) => kernel > 1 && dilation > 1)
    : kernel === 'ConvND' && long;
}

/** Elements of padding that are too many for oneDNN's kernels for few input channels. */
const longPadding = ({outChannels}: ConvGeometry): number =>
  LONG_PADDING.find(({outChannelsBelow}) => outChannels < outChannelsBelow)?.padding ?? Infinity;

/** The convolution rewritten so that its padding is one that the ops take, the fastest. */
function withPadding(kernel: ConvKernel, family: FamilyName, p: Rewrite): Rewrite {
  const padding = paddingOf(spatialAxes(p));
  if (padding !== 'VALID' && family === 'conv2d' && padsFirst(kernel, p)) return fitted(p);
  const taken =
    padding === 'EXPLICIT' ? kernel === 'ConvND' && FAMILIES[family].explicitPadding : padding !== undefined;
  return taken ? p : fitted(p);
}

/**
 * Whether the op is as fast on channels first as between two transpositions: with oneDNN it is where there is one tap, or
 * hardly a channel, and two to four times as slow elsewhere.
 */
const keepsChannelsFirst = (g: ConvGeometry): boolean =>
  !isDepthwise(g) && (product(spatialSizes(g, 'kernel')) === 1 || g.inChannels <= 4);

/** The rewritten convolutions by which the ops of a family can compute this one, the fastest first. */
function* candidates(kernel: ConvKernel, family: FamilyName, g: ConvGeometry): Generator<Rewrite> {
  const given = unchanged(g, FAMILIES[family].spatialRank);
  if (!g.channelsLast && keepsChannelsFirst(g)) yield withPadding(kernel, family, given);
  const last = channelsLast(given);
  yield withPadding(kernel, family, last);
  // An added output has a dy of 0, which times a NaN in x is not 0.
  const phases = inPhases(last, kernel === 'ConvNDBackpropFilter' ? 'equal' : 'any');
  if (phases !== undefined) yield phases;
}

/**
 * Whether the op writes beyond its memory: that of the gradient by a filter of one tap does with strides that differ, in
 * tfjs-node itself too. No probe shows that, as what it damages is somebody else's.
 */
const writesBeyond = (kernel: ConvKernel, g: ConvGeometry): boolean =>
  kernel === 'ConvNDBackpropFilter' && isStrided(g) && product(spatialSizes(g, 'kernel')) === 1;

/** How the ops of a family compute a kernel for a geometry; undefined where they do not. */
export function byFamily(kernel: ConvKernel, family: FamilyName, g: ConvGeometry): Compute | undefined {
  if (!FAMILIES[family].takes(g) || writesBeyond(kernel, g)) return undefined;
  for (const p of candidates(kernel, family, g)) {
    const padding = paddingOf(spatialAxes(p));
    if (padding !== undefined && isComputed(kernel, family, p.geometry, padding))
      return computeBy(kernel, family, g, p);
  }
  return undefined;
}

function computeBy(kernel: ConvKernel, family: FamilyName, g: ConvGeometry, p: Rewrite): Compute {
  const {filterShape, spatialRank} = FAMILIES[family];
  const padding = paddingOf(spatialAxes(p)) ?? 'VALID';
  const shapes = {x: imageShape(g, spatialRank, 'x'), y: imageShape(g, spatialRank, 'y'), filter: filterShape(g)};
  const x = (tf: TensorFlow, t: Handle) => p.x.to(tf, shaped(tf, t, shapes.x));
  const dy = (tf: TensorFlow, t: Handle) => p.y.to(tf, shaped(tf, t, shapes.y));
  const filter = (tf: TensorFlow, t: Handle) => shaped(tf, t, shapes.filter);
  const run = familyOp(kernel, family, p.geometry, padding);
  switch (kernel) {
    case 'ConvND':
      return (tf, [a, b]) => p.y.from(tf, run(tf, [x(tf, a), filter(tf, b)]));
    case 'ConvNDBackpropInput':
      return (tf, [a, b]) => p.x.from(tf, run(tf, [dy(tf, a), filter(tf, b)]));
    case 'ConvNDBackpropFilter':
      return (tf, [a, b]) => run(tf, [x(tf, a), dy(tf, b)]);
  }
}

/** By whichever 2-D ops are the fastest. */
export const byPlanarOps = (kernel: ConvKernel, g: ConvGeometry): Compute | undefined =>
  byFamily(kernel, 'depthwise', g) ?? byFamily(kernel, 'conv2d', g);
