import {add, tidy, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {TapPlan} from '../../src/geometry/taps.js';
import {fromRows, gridOf, rowsOfTap, toRows} from './rows.js';

/**
 * The results [batch, ...counts, channels] that are the sum over the plan's taps of what `term` makes of the rows
 * [length, source channels] that the tap reads. Each term is added up at once, so that only one is held. The sum may
 * have any shape of length * channels elements, of which `toColumns` makes [length, channels].
 */
export function sumOverTaps(
  source: Tensor,
  plan: TapPlan,
  channels: number,
  term: (rows: Tensor, tap: number) => Tensor,
  toColumns: (sum: Tensor) => Tensor = sum => sum,
): Tensor {
  const [batch]: readonly number[] = source.shape;
  if (plan.some(axis => axis.source.length === 0)) return zeros([batch, ...plan.map(axis => axis.count), channels]);
  const rows = toRows(source, plan);
  const termOf = (tap: number): Tensor => tidy(() => term(rowsOfTap(rows, tap), tap));
  const sum = rows.starts.slice(1).reduce((previous, _, tap) => {
    const next = tidy(() => add(previous, termOf(tap + 1)));
    previous.dispose();
    return next;
  }, termOf(0));
  return fromRows(toColumns(sum), channels, gridOf(plan, batch));
}
