import type {Output, Prepared, Runtime} from './peers/peer.js';

/** A runtime with something to run on it. */
export interface Contestant extends Runtime {
  readonly prepare: () => Promise<Prepared>;
}

/** Times of one contestant, in ms. */
export interface Timing {
  /** Of the first run, in a process that has run other things. */
  readonly first: number;
  readonly median: number;
}

export interface Measured {
  readonly name: string;
  readonly timings: Readonly<Record<string, Timing>>;
  /** Largest difference between the contestants' results, and what rounding allows. */
  readonly difference: number;
  readonly bound: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** Most difference that rounding explains, for results of which none is larger than `largest`. */
  readonly bound: (largest: number) => number;
  /** Most time that the runs of one contestant take, in ms, unless they are fewer than 3. Default 1500. */
  readonly timeEach?: number;
  /** Runs before each round, outside of what is timed. */
  readonly beforeRound?: () => void;
}

/** Numbers in [-1, 1), the same at every run. */
export function pseudoRandom(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({length}, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** One run, timed; the result is read and freed outside of that. */
async function timed<T>(runtime: Runtime, prepared: Prepared, read: (output: Output) => T): Promise<{ms: number, value: T}> {
  await runtime.activate();
  const start = performance.now();
  const running = prepared.run();
  const output = running instanceof Promise ? await running : running;
  const ms = performance.now() - start;
  const value = read(output);
  output.dispose();
  return {ms, value};
}

/** Largest absolute value of `left - right`, NaN if any is. */
function largestDifference(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) return NaN;
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i])), 0);
}

/**
 * Runs the same on all contestants: checks that their results agree, then times them in turns, so that whatever else the
 * machine does meets all of them. Slow ones leave out rounds.
 * @throws if the results differ by more than rounding explains.
 */
export async function measure(
    name: string, contestants: readonly Contestant[],
    {rounds, bound, timeEach = 1500, beforeRound}: MeasureOptions): Promise<Measured> {
  const prepared: Prepared[] = [];
  const firsts: Array<{ms: number, value: Float32Array}> = [];
  for (const [c, contestant] of contestants.entries()) {
    await contestant.activate();
    prepared.push(await contestant.prepare());
    firsts.push(await timed(contestant, prepared[c], output => output.values().slice()));
  }
  const [{value: expected}] = firsts;
  const differences = firsts.map(({value}) => largestDifference(expected, value));
  const allowed = bound(largestDifference(expected, new Float32Array(expected.length)));
  const wrong = differences.findIndex(difference => !(difference <= allowed));
  if (wrong >= 0) {
    throw new Error(`${name}: results of ${contestants[wrong].name} differ by ${differences[wrong]}, more than ${allowed}`);
  }
  const times: number[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    beforeRound?.();
    for (const [c, contestant] of contestants.entries()) {
      if (round >= 3 && sum(times[c]) > timeEach) continue;
      times[c].push((await timed(contestant, prepared[c], () => undefined)).ms);
    }
  }
  for (const [c, contestant] of contestants.entries()) {
    await contestant.activate();
    await prepared[c].dispose();
  }
  const timings = Object.fromEntries(contestants.map(
      (contestant, c): [string, Timing] => [contestant.name, {first: firsts[c].ms, median: median(times[c])}]));
  return {name, timings, difference: Math.max(...differences), bound: allowed};
}
