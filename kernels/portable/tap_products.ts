import {matMul, reshape} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product, spatialSizes} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterTaps, forwardPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import {filterFromTaps, tapMatrices} from './filter_taps.js';
import {fromGroups, toGroups, xLayout, yLayout} from './layout.js';
import {interleavePhases} from './phases.js';
import {mapTaps, sumOverTaps} from './tap_slices.js';

/*
 * Convolution as a sum of matrix products, one for each tap of the filter: a slice of the source, with groups as the
 * batch of the product, times the tap's matrix.
 */

/** The sum over a plan's taps, [groups * batch, ...counts, columns]; `transposed` takes the matrices' transposes. */
function productsOf(
    source: Tensor, plan: TapPlan, filter: Tensor, g: ConvGeometry, columns: number, transposed: boolean): Tensor {
  const counts = plan.map(axis => axis.count);
  const rows = g.batch * product(counts);
  const matrices = tapMatrices(filter, g, filterTaps(plan, g));
  return sumOverTaps(source, plan, [g.groups * g.batch, ...counts, columns], (slice, tap) => matMul(
      reshape(slice, [g.groups, rows, slice.size / (g.groups * rows)]), matrices[tap], false, transposed));
}

/** conv(x, filter) of rank 5. */
export function conv(x: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const y = productsOf(toGroups(x, xLayout(g)), forwardPlan(g), filter, g, g.outChannels / g.groups, false);
  return fromGroups(y, yLayout(g));
}

/** dx of rank 5. */
export function backpropInput(dy: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const source = toGroups(dy, yLayout(g));
  const dx = interleavePhases(g, plan => productsOf(source, plan, filter, g, g.inChannels / g.groups, true));
  return fromGroups(dx, xLayout(g));
}

/** dfilter of rank 5: for each tap, the transposed slice of x that it meets times dy. */
export function backpropFilter(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const plan = forwardPlan(g);
  const rows = g.batch * product(spatialSizes(g, 'output'));
  const right = reshape(toGroups(dy, yLayout(g)), [g.groups, rows, g.outChannels / g.groups]);
  const products = mapTaps(toGroups(x, xLayout(g)), plan, slice => {
    const left = reshape(slice, [g.groups, rows, g.inChannels / g.groups]);
    const matrix = matMul(left, right, true, false);
    left.dispose();
    slice.dispose();
    return matrix;
  });
  const taps = filterTaps(plan, g);
  return filterFromTaps(new Map(taps.map((tap, n) => [tap, products[n]])), g);
}
