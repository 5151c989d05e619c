import {constantOf, isPlain, ownProducerOf} from './graph.js';
import type {Graph} from './graph.js';
import type {NodeDef} from './types.js';

/** What is before a convolution: x itself, or, of a 1-D convolution, x before ExpandDims gives it an axis of size 1. */
export interface Expanded {
  readonly x: string;
  readonly expandDims?: NodeDef;
  /** The axis that ExpandDims adds, counted in its result. */
  readonly axis?: number;
}

/** The x that a convolution of this rank reads, before ExpandDims if nobody else reads what that gives. */
export function beforeExpandDims(graph: Graph, x: string, rank: number): Expanded {
  const node = ownProducerOf(graph, x);
  if (node?.op !== 'ExpandDims' || !isPlain(graph, node)) return {x};
  const axis = constantOf(graph, node.input?.[1])?.values[0];
  const source = node.input?.[0];
  if (axis === undefined || source === undefined) return {x};
  return {x: source, expandDims: node, axis: axis < 0 ? axis + rank : axis};
}

/** One entry of each axis of x as one of each axis behind ExpandDims, where the new axis has `missing`. */
export const withAxis = <T>(entries: readonly T[], {axis}: Expanded, missing: T): T[] =>
  axis === undefined ? [...entries] : [...entries.slice(0, axis), missing, ...entries.slice(axis)];
