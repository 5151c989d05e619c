import {add, tidy, zeros} from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {TapPlan} from '../../src/geometry/taps.js';
import {padSpatial} from './pad_spatial.js';
import {partsOf} from './parts.js';
import type {Part} from './parts.js';
import {fromRows, gridOf, rowsOfTap, toRows} from './rows.js';

/** The sum of tensors, of which only one and the sum are held at a time. */
function sumOf(makers: ReadonlyArray<() => Tensor>): Tensor {
  const [first, ...others] = makers;
  return others.reduce((previous, make) => {
    const next = tidy(() => add(previous, make()));
    previous.dispose();
    return next;
  }, tidy(first));
}

/**
 * The results [batch, ...counts, channels] that are the sum over the plan's taps of what `term` makes of the rows
 * [length, source channels] that the tap reads. The sum may have any shape of length * channels elements, of which
 * `toColumns` makes [length, channels].
 */
export function sumOverTaps(
  source: Tensor,
  plan: TapPlan,
  channels: number,
  term: (rows: Tensor, tap: number) => Tensor,
  toColumns: (sum: Tensor) => Tensor = sum => sum,
): Tensor {
  const [batch, , , , sourceChannels]: readonly number[] = source.shape;
  if (plan.some(axis => axis.source.length === 0)) return zeros([batch, ...plan.map(axis => axis.count), channels]);
  const resultsOf = (part: Part) => (): Tensor => {
    const rows = toRows(source, part.plan);
    const sum = sumOf(part.taps.map((tap, n) => () => term(rowsOfTap(rows, n), tap)));
    return padSpatial(fromRows(toColumns(sum), channels, gridOf(part.plan, batch)), part.margins);
  };
  return sumOf(partsOf(plan, {batch, sourceChannels, channels}).map(resultsOf));
}
