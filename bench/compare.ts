import type {Measured} from './measure.js';

/** Which of our runs is compared, and with which peers: the ratio is the time of the fastest of them over ours. */
export interface Comparison {
  readonly title: string;
  readonly ours: string;
  readonly against: readonly string[];
  /**
   * Whether it is the median of the ratios of each round, where there are any: those hardly feel it when all runs of a
   * while take longer. `ours` has to be the first contestant.
   */
  readonly paired?: boolean;
}

type Timings = Pick<Measured, 'timings'>;

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** How many times as fast as the fastest of the peers that were measured we are; null if none was. */
export function speedup({timings}: Timings, {ours, against, paired = false}: Comparison): number | null {
  const [fastest] = against.flatMap(name => timings[name] ?? []).sort((a, b) => a.median - b.median);
  if (fastest === undefined || timings[ours] === undefined) return null;
  return (paired ? fastest.ratio : undefined) ?? fastest.median / timings[ours].median;
}

/** The speedups of the results that have one. */
export const speedups = (results: readonly Timings[], comparison: Comparison): number[] =>
  results.flatMap(result => speedup(result, comparison) ?? []);

/** A line for a comparison: geometric mean and slowest. */
export function summaryLine(results: readonly Timings[], comparison: Comparison): string {
  const ratios = speedups(results, comparison);
  return (
    `${comparison.ours} against ${comparison.against.join(', ')}: geometric mean ` +
    `${geometricMean(ratios).toFixed(2)}x, slowest ${Math.min(...ratios).toFixed(2)}x`
  );
}
