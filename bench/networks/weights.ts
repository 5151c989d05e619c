import {product} from '../../src/geometry/conv.js';
import {pseudoRandom} from '../measure.js';
import type {Network, Node} from './graph.js';

export interface Weights {
  readonly filter: Float32Array;
  readonly bias: Float32Array;
}

/** Filters that keep the variance of what they filter (He et al., 2015), so that results neither vanish nor overflow. */
function weightsOf({step, filter, shape}: Node, seed: number): Weights | null {
  if (filter === null) return null;
  const variance = 'activation' in step && step.activation !== 'linear' ? 2 : 1;
  const scale = Math.sqrt((3 * variance) / filter.terms);
  const size = product(filter.shape);
  return {
    filter: pseudoRandom(size, seed).map(value => value * scale),
    bias: pseudoRandom(shape[2], seed + 1).map(value => value / 10),
  };
}

/** The weights of each node, the same for every runtime. */
export const seededWeights = ({nodes}: Network): Array<Weights | null> =>
  nodes.map((node, i) => weightsOf(node, 10 * i + 1));
