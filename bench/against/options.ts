import {resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {PARTS} from '../options.js';

export interface AgainstOptions {
  /** The old package, and the new one. */
  readonly against: string;
  readonly package: string;
  readonly backend: string;
  /** Key of a runtime. */
  readonly runtime: string;
  readonly rounds: number;
  /** On how many threads the new package computes; the old one computes on one. */
  readonly threads: number;
  /** Part of the names of the rows that are measured. */
  readonly only: string;
  readonly parts: readonly string[];
}

const BACKENDS: readonly string[] = ['wasm', 'cpu', 'tensorflow'];
/** All parts but those that need processes of their own, and what stands around convolutions. */
const AGAINST_PARTS: readonly string[] = [...PARTS.filter(part => part !== 'first calls'), 'around'];

/** Paths are those of the folder that npm was called in; what is no path is for npm. */
const specOf = (spec: string): string => (/^[./]/.test(spec) ? resolve(process.env.INIT_CWD ?? '.', spec) : spec);

/**
 * Options of the command line with --against.
 * @throws for an unknown backend or part, or a number of rounds or threads that is none.
 */
export function parseAgainst(args = process.argv.slice(2)): AgainstOptions {
  const {values} = parseArgs({
    args,
    options: {
      against: {type: 'string', default: ''},
      package: {type: 'string', default: ''},
      backend: {type: 'string', default: 'wasm'},
      runtime: {type: 'string', default: 'plain'},
      rounds: {type: 'string', default: '15'},
      threads: {type: 'string', default: '1'},
      only: {type: 'string', default: ''},
      parts: {type: 'string', default: AGAINST_PARTS.join()},
    },
  });
  const parts = values.parts.split(',').map(part => part.trim());
  const unknown = parts.filter(part => !AGAINST_PARTS.includes(part));
  if (unknown.length > 0) throw new Error(`--parts are ${AGAINST_PARTS.join(', ')}; got ${unknown.join(', ')}`);
  if (!BACKENDS.includes(values.backend))
    throw new Error(`--backend is one of ${BACKENDS.join(', ')}; got ${values.backend}`);
  const numberOf = (name: 'rounds' | 'threads'): number => {
    if (!/^[1-9]\d*$/.test(values[name])) throw new Error(`--${name} is a positive number; got ${values[name]}`);
    return Number(values[name]);
  };
  return {
    ...values,
    against: specOf(values.against),
    package: values.package === '' ? process.cwd() : specOf(values.package),
    rounds: numberOf('rounds'),
    threads: numberOf('threads'),
    parts,
  };
}
