import {cast, ones, slice, tidy, tile, where, zerosLike} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import type {TapPlan} from '../../src/geometry/taps.js';
import {xLayout, yLayout} from '../../src/geometry/image_layout.js';
import {toChannelsLast} from './layout.js';
import {partsOf} from './parts.js';
import type {Part} from './parts.js';
import {gridOf, resultRows, rowsOfTap, toRows} from './rows.js';
import type {Grid} from './rows.js';

/** Rows that are 0 where they hold no result: what is stored there may be NaN, which times a dy of 0 is not 0. */
function withoutGaps(channels: number, grid: Grid): (rows: Tensor) => Tensor {
  if (product(grid.sizes) === product(grid.counts)) return t => t;
  const mask = resultRows(ones([grid.batch, ...grid.counts, 1]), 1, grid);
  const results = cast(tile(mask, [1, channels]), 'bool');
  return t => where(results, t, zerosLike(t));
}

/** The results [batch, ...counts, channels] of a part among those of the plan. */
const resultsOf = (dy: Tensor, {plan, margins}: Part): Tensor =>
  margins.every(([before, after]) => before + after === 0)
    ? dy
    : slice(
        dy,
        [0, ...margins.map(([before]) => before), 0],
        [dy.shape[0], ...plan.map(({count}) => count), dy.shape[4] ?? 1],
      );

/** For each tap of a forward plan, what `combine` makes of the rows of x that it reads and those of dy. */
export function overResults(
  x: Tensor,
  dy: Tensor,
  g: ConvGeometry,
  plan: TapPlan,
  combine: (xRows: Tensor, dyRows: Tensor) => Tensor,
): Tensor[] {
  if (plan.some(axis => axis.source.length === 0)) return [];
  const [source, results] = [toChannelsLast(x, xLayout(g)), toChannelsLast(dy, yLayout(g))];
  const sizes = {batch: g.batch, sourceChannels: g.inChannels, channels: g.outChannels};
  return partsOf(plan, sizes).flatMap(part =>
    tidy(() => {
      const rows = toRows(source, part.plan);
      const grid = gridOf(part.plan, g.batch);
      const dyRows = resultRows(resultsOf(results, part), g.outChannels, grid);
      const mask = withoutGaps(g.inChannels, grid);
      return part.taps.map((_, n) => tidy(() => combine(mask(rowsOfTap(rows, n)), dyRows)));
    }),
  );
}
