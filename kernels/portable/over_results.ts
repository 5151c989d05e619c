import {cast, ones, tidy, tile, where, zerosLike} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {product} from '../../src/geometry/conv.js';
import type {ConvGeometry} from '../../src/geometry/conv.js';
import {filterTaps, forwardTapPlan} from '../../src/geometry/taps.js';
import {xLayout, yLayout} from '../../src/geometry/image_layout.js';
import {toChannelsLast} from './layout.js';
import {gridOf, resultRows, rowsOfTap, toRows} from './rows.js';
import type {Grid} from './rows.js';

/** Rows that are 0 where they hold no result: what is stored there may be NaN, which times a dy of 0 is not 0. */
function withoutGaps(channels: number, grid: Grid): (rows: Tensor) => Tensor {
  if (product(grid.sizes) === product(grid.counts)) return t => t;
  const mask = resultRows(ones([grid.batch, ...grid.counts, 1]), 1, grid);
  const results = cast(tile(mask, [1, channels]), 'bool');
  return t => where(results, t, zerosLike(t));
}

/** For each tap of the filter, by its index, what `combine` makes of the rows of x that it reads and those of dy. */
export function overResults(
  x: Tensor,
  dy: Tensor,
  g: ConvGeometry,
  combine: (xRows: Tensor, dyRows: Tensor) => Tensor,
): Map<number, Tensor> {
  const plan = forwardTapPlan(g);
  if (plan.some(axis => axis.source.length === 0)) return new Map();
  const rows = toRows(toChannelsLast(x, xLayout(g)), plan);
  const grid = gridOf(plan, g.batch);
  const dyRows = resultRows(toChannelsLast(dy, yLayout(g)), g.outChannels, grid);
  const mask = withoutGaps(g.inChannels, grid);
  return new Map(filterTaps(plan, g).map((tap, n) => [tap, tidy(() => combine(mask(rowsOfTap(rows, n)), dyRows))]));
}
