import {matMul, reshape, tidy, transpose} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterTaps, forwardTapPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import {xLayout, yLayout} from '../../src/geometry/image_layout.js';
import {filterFromTaps, tapMatrices} from './filter_taps.js';
import {fromChannelsLast, toChannelsLast} from './layout.js';
import {interleavePhases} from './phases.js';
import {overResults} from './over_results.js';
import {sumOverTaps} from './sum_over_taps.js';

/*
 * Convolution as a sum of matrix products, one for each tap of the filter: the rows of the source that the tap reads
 * times the tap's matrix. Groups are the batch of the product.
 */

/** [rows, groups * channels] as [groups, rows, channels]. */
function splitGroups(rows: Tensor, groups: number, channels: number): Tensor {
  const length = rows.size / (groups * channels);
  return groups === 1
    ? reshape(rows, [1, length, channels])
    : transpose(reshape(rows, [length, groups, channels]), [1, 0, 2]);
}

/** The inverse. */
function joinGroups(products: Tensor, groups: number, channels: number): Tensor {
  const length = products.size / (groups * channels);
  return reshape(groups === 1 ? products : transpose(products, [1, 0, 2]), [length, groups * channels]);
}

/** The sum over a plan's taps of products with the taps' matrices, or their transposes. */
function productsOf(source: Tensor, plan: TapPlan, filter: Tensor, g: ConvGeometry, transposed: boolean): Tensor {
  const [inner, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const [from, to] = transposed ? [columns, inner] : [inner, columns];
  const matrices = tapMatrices(filter, g, filterTaps(plan, g));
  return sumOverTaps(
    source,
    plan,
    g.groups * to,
    (rows, tap) => matMul(splitGroups(rows, g.groups, from), matrices[tap], false, transposed),
    sum => joinGroups(sum, g.groups, to),
  );
}

/** conv(x, filter) of rank 5. */
export const conv = (x: Tensor, filter: Tensor, g: ConvGeometry): Tensor =>
  fromChannelsLast(productsOf(toChannelsLast(x, xLayout(g)), forwardTapPlan(g), filter, g, false), yLayout(g));

/** dx of rank 5. */
export function backpropInput(dy: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const source = toChannelsLast(dy, yLayout(g));
  return fromChannelsLast(
    interleavePhases(g, g.inChannels, plan => productsOf(source, plan, filter, g, true)),
    xLayout(g),
  );
}

/** dfilter of rank 5: for each tap, the transposed rows that it reads times dy. */
export function backpropFilter(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const [inner, columns] = [g.inChannels / g.groups, g.outChannels / g.groups];
  const plan = forwardTapPlan(g);
  return filterFromTaps(
    overResults(x, dy, g, plan, (xRows, dyRows) =>
      tidy(() => matMul(splitGroups(xRows, g.groups, inner), splitGroups(dyRows, g.groups, columns), true, false)),
    ),
    plan,
    g,
  );
}
