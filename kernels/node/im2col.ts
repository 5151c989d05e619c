import {filterShape, product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {paddingOf} from './axis_padding.js';
import type {Compute} from './op_family.js';
import {imageShape, isPlanar} from './op_families.js';
import {shaped} from './plain_ops.js';
import {channelsLast, fitted, unchanged, spatialAxes} from './rewrite.js';
import type {Rewrite} from './rewrite.js';
import {opWith} from './tensorflow.js';
import {IM2COL} from './thresholds.js';

/*
 * The gradient by the filter as a product of matrices, with the elements of x that each output reads as the rows of one of
 * them (im2col). The gradient op takes a tenth of a millisecond and more before it computes anything.
 *
 *     dfilter = patches^T dy
 */

const backpropFilter = opWith('MatMul', {transpose_a: true});

function isIm2colFaster(g: ConvGeometry): boolean {
  const positions = g.batch * product(spatialSizes(g, 'output'));
  const [row, weights] = [product(spatialSizes(g, 'kernel')) * g.inChannels, product(filterShape(g))];
  const most = g.inChannels < IM2COL.fewChannels ? IM2COL.elementsOfFewChannels : IM2COL.elements;
  const elements = positions * row;
  if (elements <= most) return true;
  return elements <= IM2COL.elementsOfManyWeights && weights >= IM2COL.weightsPerPosition * positions;
}

/** With padding that the op knows. */
function withPadding(p: Rewrite): {p: Rewrite; padding: 'VALID' | 'SAME'} {
  const padding = paddingOf(spatialAxes(p));
  return padding === 'VALID' || padding === 'SAME' ? {p, padding} : {p: fitted(p), padding: 'VALID'};
}

/** The gradient by the filter of a small image. */
export function byIm2col(g: ConvGeometry): Compute | undefined {
  if (!isPlanar(g) || g.groups > 1 || !isIm2colFaster(g)) return undefined;
  const {p, padding} = withPadding(channelsLast(unchanged(g, 2)));
  const axes = spatialAxes(p);
  const whole = (sizes: number[]): number[] => [1, ...sizes, 1];
  const extract = opWith('ExtractImagePatches', {
    ksizes: whole(axes.map(({kernel}) => kernel)),
    strides: whole(axes.map(({stride}) => stride)),
    rates: whole(axes.map(({dilation}) => dilation)),
    padding,
  });
  const shapes = {x: imageShape(g, 2, 'x'), y: imageShape(g, 2, 'y')};
  const positions = g.batch * product(spatialSizes(g, 'output'));
  const rows = [positions, product(spatialSizes(g, 'kernel')) * g.inChannels];
  return (tf, [x, dy]) => {
    const patches = extract(tf, [p.x.to(tf, shaped(tf, x, shapes.x))]);
    const upstream = p.y.to(tf, shaped(tf, dy, shapes.y));
    return backpropFilter(tf, [shaped(tf, patches, rows), shaped(tf, upstream, [positions, g.outChannels])]);
  };
}
