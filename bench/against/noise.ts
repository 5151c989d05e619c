import {median} from '../measure.js';

/** Times of a row in ms, a number for each round: of the old package, of the same once more, and of the new one. */
export interface Rounds {
  readonly old: readonly number[];
  readonly again: readonly number[];
  readonly now: readonly number[];
}

/** Of a row. Ratios are of times: below 1 is faster. */
export interface Comparison {
  /** Of the new package over the old one. */
  readonly ratio: number;
  /** Of the old package over itself, in another process: what no change makes of it. */
  readonly control: number;
  /** Standard error of the logarithm of the ratio and of the control, the larger one. */
  readonly error: number;
}

/** A quantile of numbers, of which there is one at least. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * (sorted[Math.ceil(place)] - sorted[below]);
}

/** The interquartile range of a normal distribution, in standard deviations. */
const RANGE = 1.349;
/** The standard error of a median over that of a mean. */
const OF_MEDIAN = Math.sqrt(Math.PI / 2);

const errorOfMedian = (values: readonly number[]): number =>
  (OF_MEDIAN * (quantile(values, 0.75) - quantile(values, 0.25))) / RANGE / Math.sqrt(values.length);

/** What the rounds of a row say: medians of the logarithms of each round's ratios, which whatever slows all sides down leaves. */
export function comparisonOf({old, again, now}: Rounds): Comparison {
  const controls = old.map((time, round) => Math.log(again[round] / time));
  const ratios = old.map((time, round) => Math.log(now[round]) - (Math.log(time) + Math.log(again[round])) / 2);
  return {
    ratio: Math.exp(median(ratios)),
    control: Math.exp(median(controls)),
    error: Math.max(errorOfMedian(ratios), errorOfMedian(controls)),
  };
}

/** How far a ratio may be from 1 as the controls of nine in ten rows are. */
export const noiseFloor = (rows: readonly Comparison[]): number =>
  quantile(
    rows.map(({control}) => Math.abs(Math.log(control))),
    0.9,
  );

/** How far the ratio of a row may be from 1 without a change, as a factor: by its own control, its rounds or the others. */
export const noiseOf = ({control, error}: Comparison, floor: number): number =>
  Math.exp(Math.max(Math.abs(Math.log(control)), 3 * error, floor));

export type Verdict = 'slower' | 'faster' | 'same';

export function verdictOf(row: Comparison, floor: number): Verdict {
  const noise = noiseOf(row, floor);
  if (row.ratio > noise) return 'slower';
  return row.ratio < 1 / noise ? 'faster' : 'same';
}
