import {mul, reshape, sum} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterTaps, forwardPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import {filterFromTaps, tapMatrices} from './filter_taps.js';
import {fromGroups, toGroups, xLayout, yLayout} from './layout.js';
import {interleavePhases} from './phases.js';
import {mapTaps, sumOverTaps} from './tap_slices.js';

/*
 * The sum over the taps where each channel is a group: matrix products of width 1 are elementwise products, with the
 * channels left where they are.
 */

const ungrouped = <L extends {groups: number}>(layout: L): L => ({...layout, groups: 1});

const multiplierOf = (g: ConvGeometry): number => g.outChannels / g.inChannels;

/** The weights [inChannels, multiplier] of each tap of a plan. */
const tapWeights = (filter: Tensor, plan: TapPlan, g: ConvGeometry): Tensor[] =>
    tapMatrices(filter, g, filterTaps(plan, g)).map(matrix => reshape(matrix, [g.inChannels, multiplierOf(g)]));

/** conv(x, filter) of rank 5. */
export function depthwiseConv(x: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const plan = forwardPlan(g);
  const counts = plan.map(axis => axis.count);
  const rows = g.batch * product(counts);
  const weights = tapWeights(filter, plan, g);
  const y = sumOverTaps(toGroups(x, ungrouped(xLayout(g))), plan, [g.batch, ...counts, g.outChannels],
      (slice, tap) => mul(reshape(slice, [rows, g.inChannels, 1]), weights[tap]));
  return fromGroups(y, ungrouped(yLayout(g)));
}

/** dx of rank 5. */
export function depthwiseBackpropInput(dy: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const source = toGroups(dy, ungrouped(yLayout(g)));
  const dx = interleavePhases(g, plan => {
    const counts = plan.map(axis => axis.count);
    const rows = g.batch * product(counts);
    const weights = tapWeights(filter, plan, g);
    return sumOverTaps(source, plan, [g.batch, ...counts, g.inChannels],
        (slice, tap) => sum(mul(reshape(slice, [rows, g.inChannels, multiplierOf(g)]), weights[tap]), 2));
  });
  return fromGroups(dx, ungrouped(xLayout(g)));
}

/** dfilter of rank 5. */
export function depthwiseBackpropFilter(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const plan = forwardPlan(g);
  const rows = dy.size / g.outChannels;
  const right = reshape(toGroups(dy, ungrouped(yLayout(g))), [rows, g.inChannels, multiplierOf(g)]);
  const weights = mapTaps(toGroups(x, ungrouped(xLayout(g))), plan, slice =>
      reshape(sum(mul(reshape(slice, [rows, g.inChannels, 1]), right), 0), [g.groups, 1, multiplierOf(g)]));
  const taps = filterTaps(plan, g);
  return filterFromTaps(new Map(taps.map((tap, n) => [tap, weights[n]])), g);
}
