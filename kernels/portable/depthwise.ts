import {mul, reshape, sum} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterTaps, forwardTapPlan} from '../../src/geometry/taps.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import {xLayout, yLayout} from '../../src/geometry/image_layout.js';
import {filterFromTaps, tapMatrices} from './filter_taps.js';
import {fromChannelsLast, toChannelsLast} from './layout.js';
import {overResults} from './over_results.js';
import {interleavePhases} from './phases.js';
import {sumOverTaps} from './sum_over_taps.js';

/*
 * The sum over the taps where each channel is a group: matrix products of width 1 are elementwise products.
 */

const multiplierOf = (g: ConvGeometry): number => g.outChannels / g.inChannels;

/** Rows [length, inChannels * n] as [length, inChannels, n]. */
const perChannel = (rows: Tensor, g: ConvGeometry, n: number): Tensor =>
  reshape(rows, [rows.size / (g.inChannels * n), g.inChannels, n]);

/** The weights [inChannels, multiplier] of each tap of a plan. */
const tapWeights = (filter: Tensor, plan: TapPlan, g: ConvGeometry): Tensor[] =>
  tapMatrices(filter, g, filterTaps(plan, g)).map(matrix => reshape(matrix, [g.inChannels, multiplierOf(g)]));

/** conv(x, filter) of rank 5. */
export function depthwiseConv(x: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const plan = forwardTapPlan(g);
  const weights = tapWeights(filter, plan, g);
  const y = sumOverTaps(toChannelsLast(x, xLayout(g)), plan, g.outChannels, (rows, tap) =>
    mul(perChannel(rows, g, 1), weights[tap]),
  );
  return fromChannelsLast(y, yLayout(g));
}

/** dx of rank 5. */
export function depthwiseBackpropInput(dy: Tensor, filter: Tensor, g: ConvGeometry): Tensor {
  const source = toChannelsLast(dy, yLayout(g));
  const dx = interleavePhases(g, g.inChannels, plan => {
    const weights = tapWeights(filter, plan, g);
    return sumOverTaps(source, plan, g.inChannels, (rows, tap) =>
      sum(mul(perChannel(rows, g, multiplierOf(g)), weights[tap]), 2),
    );
  });
  return fromChannelsLast(dx, xLayout(g));
}

/** dfilter of rank 5. */
export function depthwiseBackpropFilter(x: Tensor, dy: Tensor, g: ConvGeometry): Tensor {
  const plan = forwardTapPlan(g);
  return filterFromTaps(
    overResults(x, dy, g, plan, (xRows, dyRows) =>
      reshape(sum(mul(perChannel(xRows, g, 1), perChannel(dyRows, g, multiplierOf(g))), 0), [
        g.groups,
        1,
        multiplierOf(g),
      ]),
    ),
    plan,
    g,
  );
}
