import {flopsOf, termsOf} from './layer.js';
import type {Output, Peer, PreparedLayer} from './peers/peer.js';
import type {Layer} from './shapes.js';

/** Times of one peer on one layer, in ms. */
export interface Timing {
  readonly first: number;
  readonly median: number;
  readonly gflops: number;
}

export interface LayerResult {
  readonly layer: string;
  readonly variant: string;
  /** GFLOP/s of the register tile with its operands in the L1 cache, measured beside the layer. */
  readonly ceiling: number;
  readonly timings: Readonly<Record<string, Timing>>;
  /** Largest difference between the peers' results, and what rounding allows. */
  readonly difference: number;
  readonly bound: number;
}

/** Numbers in [-1, 1), the same at every run. */
function pseudoRandom(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({length}, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** One run, timed; the result is read and freed outside of that. */
async function timed<T>(peer: Peer, prepared: PreparedLayer, read: (output: Output) => T): Promise<{ms: number, value: T}> {
  await peer.activate();
  const start = performance.now();
  const running = prepared.run();
  const output = running instanceof Promise ? await running : running;
  const ms = performance.now() - start;
  const value = read(output);
  output.dispose();
  return {ms, value};
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

function largestDifference(results: readonly Float32Array[]): number {
  const [first, ...others] = results;
  return others.reduce((most, other) => other.reduce((m, value, i) => Math.max(m, Math.abs(value - first[i])), most), 0);
}

/** Most time that the runs of one peer on one layer take, in ms, unless they are fewer than 3. */
const TIME_PER_PEER = 3000;

/**
 * Runs one layer on all peers: checks that their results agree, then times them in turns, so that whatever else the
 * machine does meets all of them. Slow peers leave out rounds.
 * @throws if the results differ by more than rounding explains.
 */
export async function measure(
    layer: Layer, peers: readonly Peer[], rounds: number, variant: string, ceiling: () => number): Promise<LayerResult> {
  const x = pseudoRandom(product(layer.x), 1);
  const filter = pseudoRandom(product(layer.filter), 2);
  const prepared: PreparedLayer[] = [];
  const firsts: Array<{ms: number, value: Float32Array}> = [];
  for (const [p, peer] of peers.entries()) {
    await peer.activate();
    prepared.push(await peer.prepare(layer, x, filter));
    firsts.push(await timed(peer, prepared[p], output => output.values().slice()));
  }
  const difference = largestDifference(firsts.map(({value}) => value));
  // Each sum of n terms of at most 1 is within n * n * 2^-24 of the exact one, so two are within twice that.
  const bound = 2 * termsOf(layer) ** 2 * 2 ** -24;
  if (!(difference <= bound)) throw new Error(`${layer.name}: results differ by ${difference}, more than ${bound}`);
  const times: number[][] = peers.map(() => []);
  const ceilings: number[] = [];
  const sum = (list: readonly number[]) => list.reduce((total, ms) => total + ms, 0);
  for (let round = 0; round < rounds; round++) {
    ceilings.push(ceiling());
    // There and back, so that none always comes after the one that leaves the caches to it, or takes them.
    const turns = [...peers.entries()];
    for (const [p, peer] of round % 2 === 0 ? turns : turns.reverse()) {
      if (round >= 3 && sum(times[p]) > TIME_PER_PEER) continue;
      times[p].push((await timed(peer, prepared[p], () => undefined)).ms);
    }
  }
  for (const [p, peer] of peers.entries()) {
    await peer.activate();
    await prepared[p].dispose();
  }
  const timings = Object.fromEntries(peers.map(({name}, p): [string, Timing] => {
    const ms = median(times[p]);
    return [name, {first: firsts[p].ms, median: ms, gflops: flopsOf(layer) / ms / 1e6}];
  }));
  return {layer: layer.name, variant, ceiling: median(ceilings), timings, difference, bound};
}
