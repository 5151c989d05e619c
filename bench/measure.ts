import type {Output, Prepared, Runtime} from './peers/peer.js';
import {randomNumbers, shuffled} from './turns.js';

/** A runtime with something to run on it. */
export interface Contestant extends Runtime {
  /** What is computed; only results of the same are compared. Default: all compute the same. */
  readonly computes?: string;
  readonly prepare: () => Promise<Prepared>;
}

/** Times of one contestant, in ms. */
export interface Timing {
  /** Of the first run, in a process that has run other things. */
  readonly first: number;
  readonly median: number;
  /** Median, over the rounds, of its time over that of the first contestant; none where it was timed apart. */
  readonly ratio?: number;
}

export interface Measured {
  readonly name: string;
  readonly timings: Readonly<Record<string, Timing>>;
  /** Largest difference between results, over what rounding allows. */
  readonly difference: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  /** Most difference that rounding explains, for results of which none is larger than `largest`. */
  readonly bound: (largest: number, computes?: string) => number;
  /**
   * Time in ms after which a contestant leaves out the rounds that are left. Where the first run takes longer, it is the
   * only one. Default 1500.
   */
  readonly timeEach?: number;
  /** Time in ms for which every contestant is timed at least, by more rounds than those asked for. Default 0. */
  readonly timeAtLeast?: number;
  /** Of the order of the turns. Default 1. */
  readonly seed?: number;
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

/** Who leaves out rounds leaves out the last ones. */
const medianRatio = (times: readonly number[], others: readonly number[]): number =>
  median(times.slice(0, others.length).map((time, round) => time / others[round]));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** One run, timed; the result is read and freed outside of that. */
async function timed<T>(
  runtime: Runtime,
  prepared: Prepared,
  read: (output: Output) => T,
): Promise<{ms: number; value: T}> {
  await runtime.activate();
  const start = performance.now();
  const running = prepared.run();
  const output = running instanceof Promise ? await running : running;
  const ms = output.ms ?? performance.now() - start;
  const value = read(output);
  output.dispose();
  return {ms, value};
}

/** Time in ms of the first run of a contestant, with whatever it compiles, packs or allocates, by the clock. */
export async function firstRun(contestant: Contestant): Promise<number> {
  await contestant.activate();
  const prepared = await contestant.prepare();
  const start = performance.now();
  const output = await prepared.run();
  const ms = performance.now() - start;
  output.dispose();
  await prepared.dispose();
  return ms;
}

/** Largest absolute value of `left - right`, NaN if any is. */
export function largestDifference(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) return NaN;
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i])), 0);
}

/** A run above this many ms loses nothing to what the one before it left in the caches. */
const LONG = 100;

/** What a contestant has to do before it is timed. */
interface Started {
  readonly contestant: Contestant;
  readonly prepared: Prepared;
  readonly first: number;
  readonly times: number[];
}

/** Prepares and runs each of them once, and returns the largest difference over what rounding allows. */
async function start(
  name: string,
  contestants: readonly Contestant[],
  {bound, timeEach}: Pick<Required<MeasureOptions>, 'bound' | 'timeEach'>,
): Promise<[Started[], number]> {
  const started: Started[] = [];
  const expected = new Map<string | undefined, Float32Array>();
  let difference = 0;
  for (const contestant of contestants) {
    await contestant.activate();
    const prepared = await contestant.prepare();
    const {ms, value} = await timed(contestant, prepared, output => output.values().slice());
    const reference = expected.get(contestant.computes) ?? value;
    expected.set(contestant.computes, reference);
    const share =
      largestDifference(reference, value) /
      bound(largestDifference(reference, new Float32Array(reference.length)), contestant.computes);
    if (!(share <= 1)) throw new Error(`${name}: ${contestant.name} is off by ${share} times what rounding explains`);
    difference = Math.max(difference, share);
    started.push({contestant, prepared, first: ms, times: ms > timeEach ? [ms] : []});
  }
  return [started, difference];
}

/** Those that are timed in turns: all that are not timed apart, then each of the others. */
const blocksOf = (started: readonly Started[]): Started[][] => [
  started.filter(({contestant}) => !contestant.apart),
  ...started.filter(({contestant}) => contestant.apart).map(one => [one]),
];

/**
 * Runs the same on all contestants: checks that their results agree, then times them in turns, so that whatever else the
 * machine does meets all of them, and in another order in each round, as the one before leaves its traces. A turn begins
 * with a run that is not timed, so that nobody pays for what the one before left in the caches. Slow contestants leave out
 * rounds.
 * @throws if results differ by more than rounding explains.
 */
export async function measure(
  name: string,
  contestants: readonly Contestant[],
  {rounds, bound, timeEach = 1500, timeAtLeast = 0, seed = 1, beforeRound}: MeasureOptions,
): Promise<Measured> {
  const [started, difference] = await start(name, contestants, {bound, timeEach});
  const random = randomNumbers(seed);
  for (const block of blocksOf(started)) {
    for (let round = 0; round < rounds || block.some(({times}) => sum(times) < timeAtLeast); round++) {
      beforeRound?.();
      for (const {contestant, prepared, first, times} of shuffled(block, random)) {
        if (sum(times) > timeEach) continue;
        if (Math.min(first, times[0] ?? first) < LONG) await timed(contestant, prepared, () => undefined);
        times.push((await timed(contestant, prepared, () => undefined)).ms);
      }
    }
  }
  for (const {contestant, prepared} of started) {
    await contestant.activate();
    await prepared.dispose();
  }
  const timings = Object.fromEntries(
    started.map(({contestant, first, times}): [string, Timing] => [
      contestant.name,
      {first, median: median(times), ...(contestant.apart ? {} : {ratio: medianRatio(times, started[0].times)})},
    ]),
  );
  return {name, timings, difference};
}
