/** Times of alternatives that take turns, so that whatever else the machine does falls on all of them. */

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds that each run takes, the median of `rounds`. A run has been made once before. */
export async function takeTurns(runs: ReadonlyArray<() => Promise<void>>, rounds: number): Promise<number[]> {
  const times: number[][] = runs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      const started = performance.now();
      await run();
      times[i].push(performance.now() - started);
    }
  }
  return times.map(median);
}

/** The largest difference between two results, as a share of the largest value. */
export function difference(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (values.length !== expected.length) throw new Error(`${values.length} values, not ${expected.length}`);
  const largest = (of: ArrayLike<number>, size: (i: number) => number): number =>
    Array.from(of).reduce((most, _, i) => Math.max(most, Math.abs(size(i))), 0);
  const share = largest(values, i => values[i] - expected[i]) / largest(expected, i => expected[i]);
  // A comparison with NaN, which is nowhere the larger.
  return Array.from(values).some(Number.isNaN) ? NaN : share;
}
