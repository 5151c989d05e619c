import {product} from '../src/geometry/conv.js';
import {flopsOf, termsOf, variantOf} from './layer.js';
import {measure, median, pseudoRandom} from './measure.js';
import type {Contestant, Measured, MeasureOptions} from './measure.js';
import type {Peer} from './peers/peer.js';
import type {Layer} from './shapes.js';

export interface LayerResult extends Measured {
  /** Of the WebAssembly core. */
  readonly variant: string;
  readonly flops: number;
  /** GFLOP/s of the register tile with its operands in the L1 cache, measured beside the layer. */
  readonly ceiling: number;
}

/** A layer's input and filter, the same for every peer. */
export const operandsOf = ({x, filter}: Layer): [x: Float32Array, filter: Float32Array] => [
  pseudoRandom(product(x), 1),
  pseudoRandom(product(filter), 2),
];

/** Each sum of n terms of at most 1 is within n * n * 2^-24 of the exact one, so two are within twice that. */
export const roundingOf = (terms: number): number => 2 * terms ** 2 * 2 ** -24;

/** The peers with a layer to run, and what rounding allows their results. */
export function layerOn(layer: Layer, peers: readonly Peer[]): {contestants: Contestant[]; bound: () => number} {
  const operands = operandsOf(layer);
  const rounding = roundingOf(termsOf(layer));
  return {
    contestants: peers.map(({prepare, ...runtime}) => ({...runtime, prepare: () => prepare(layer, ...operands)})),
    bound: () => rounding,
  };
}

export interface LayerOptions extends Pick<MeasureOptions, 'rounds' | 'timeEach'> {
  /** Measures the microkernel once, in GFLOP/s. */
  readonly ceiling: () => number;
}

/** Runs one layer on all peers. */
export async function measureLayer(
  layer: Layer,
  peers: readonly Peer[],
  {ceiling, ...options}: LayerOptions,
): Promise<LayerResult> {
  const ceilings: number[] = [];
  const {contestants, bound} = layerOn(layer, peers);
  const measured = await measure(layer.name, contestants, {
    ...options,
    bound,
    beforeRound: () => ceilings.push(ceiling()),
  });
  return {...measured, variant: variantOf(layer), flops: flopsOf(layer), ceiling: median(ceilings)};
}

/** GFLOP/s of the WebAssembly core. */
export const gflopsOf = ({flops, timings}: LayerResult, ours: string): number => flops / timings[ours].median / 1e6;
