import {parseArgs} from 'node:util';
import {KINDS} from './random_layer.js';
import type {Kind} from './random_layer.js';

export const SWEPT = ['wasm', 'cpu', 'webgl', 'tensorflow'] as const;
export type Swept = (typeof SWEPT)[number];

export interface SweepOptions {
  readonly backend: Swept;
  /** Layers that are drawn. */
  readonly count: number;
  readonly seed: number;
  readonly ops: readonly Kind[];
  /** No layer begins after so many seconds. */
  readonly seconds: number;
  /** What is slow: below so many times the speed of the built-in kernels. */
  readonly below: number;
  /** Variants of ours that are timed instead, against the chosen one. */
  readonly variants: readonly string[];
  /** Puts the table into docs/. */
  readonly docs: boolean;
}

/**
 * Options of the command line.
 * @throws for an unknown backend or kind, or a number that is none.
 */
export function parseSweep(args = process.argv.slice(2)): SweepOptions {
  const {values} = parseArgs({
    args,
    options: {
      backend: {type: 'string', default: 'wasm'},
      count: {type: 'string', default: '300'},
      seed: {type: 'string', default: '1'},
      ops: {type: 'string', default: KINDS.join()},
      seconds: {type: 'string', default: '120'},
      below: {type: 'string', default: '0.9'},
      variants: {type: 'string', default: ''},
      docs: {type: 'boolean', default: false},
    },
  });
  const backend = SWEPT.find(name => name === values.backend);
  if (backend === undefined) throw new Error(`--backend is some of ${SWEPT.join()}; got ${values.backend}`);
  const named = values.ops.split(',').map(name => name.trim());
  const unknown = named.filter(name => !(KINDS as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`--ops are some of ${KINDS.join()}; got ${unknown.join()}`);
  const numberOf = (name: 'count' | 'seed' | 'seconds' | 'below'): number => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} is a positive number; got ${values[name]}`);
    return value;
  };
  return {
    backend,
    count: numberOf('count'),
    seed: numberOf('seed'),
    ops: KINDS.filter(kind => named.includes(kind)),
    seconds: numberOf('seconds'),
    below: numberOf('below'),
    variants: values.variants.split(',').filter(name => name !== ''),
    docs: values.docs,
  };
}
