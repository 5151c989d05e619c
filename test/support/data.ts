import type {Case} from '../cases/index.js';
import {titleOf} from '../cases/index.js';
import type {Model} from './model.js';
import {product} from './sums.js';

/** Mulberry32: uniform numbers from 0 to before 1. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a. */
const hash = (text: string): number =>
  [...text].reduce((h, letter) => Math.imul(h ^ letter.charCodeAt(0), 0x01000193), 0x811c9dc5);

/**
 * Numbers that float32 holds, the same for the same name: from -2 to 2, so that sums of some of them reach both kinks of
 * relu6, or integers from -4 to 4.
 */
export function numbers(name: string, size: number, integers = false): Float64Array {
  const next = uniform(hash(name));
  return Float64Array.from({length: size}, () => (integers ? Math.floor(9 * next()) - 4 : Math.fround(4 * next() - 2)));
}

/** Values of every parameter of a case. */
export const parameterValues = (one: Case, {parameters}: Model): Float64Array[] =>
  parameters.map(({name, shape}) => numbers(`${titleOf(one)} ${name}`, product(shape), one.integers));

/** The weights w of the loss <w, y>, which is dy. */
export const lossWeights = (one: Case, {map}: Model): Float64Array =>
  numbers(`${titleOf(one)} w`, product(map.outputShape), one.integers);
