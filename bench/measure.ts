import {flopsOf, termsOf} from './layer.js';
import type {Peer, PreparedLayer} from './peers/peer.js';
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

function timed(prepared: PreparedLayer): {ms: number, values: Float32Array} {
  const start = performance.now();
  const y = prepared.run();
  const values = y.dataSync<'float32'>();
  const ms = performance.now() - start;
  y.dispose();
  return {ms, values};
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
};

function largestDifference(results: readonly Float32Array[]): number {
  const [first, ...others] = results;
  return others.reduce((most, other) => other.reduce((m, value, i) => Math.max(m, Math.abs(value - first[i])), most), 0);
}

/**
 * Runs one layer on all peers: checks that their results agree, then times them in turns, so that whatever else the
 * machine does meets all of them.
 * @throws if the results differ by more than rounding explains.
 */
export async function measure(
    layer: Layer, peers: readonly Peer[], rounds: number, variant: string): Promise<LayerResult> {
  const x = pseudoRandom(product(layer.x), 1);
  const filter = pseudoRandom(product(layer.filter), 2);
  const prepared: PreparedLayer[] = [];
  for (const peer of peers) prepared.push(await peer.prepare(layer, x, filter));
  const firsts = prepared.map(timed);
  const difference = largestDifference(firsts.map(({values}) => values));
  // Both sums of n terms of at most 1 are within n * n * 2^-24 of the exact one.
  const bound = 2 * termsOf(layer) ** 2 * 2 ** -24;
  if (!(difference <= bound)) throw new Error(`${layer.name}: results differ by ${difference}, more than ${bound}`);
  prepared.forEach(timed);
  const times: number[][] = peers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    prepared.forEach((one, p) => times[p].push(timed(one).ms));
  }
  prepared.forEach(one => one.dispose());
  const timings = Object.fromEntries(peers.map(({name}, p): [string, Timing] => {
    const ms = median(times[p]);
    return [name, {first: firsts[p].ms, median: ms, gflops: flopsOf(layer) / ms / 1e6}];
  }));
  return {layer: layer.name, variant, timings, difference, bound};
}
