import {parseArgs} from 'node:util';
import {THREADS} from './threads.js';

/** What a runtime measures. */
export const PARTS = ['first calls', 'layers', 'networks', 'models', 'gradients', 'others', 'separable'] as const;

export interface BenchOptions {
  readonly rounds: number;
  /** Part of the names of the layers, networks and models that are measured. */
  readonly only: string;
  readonly parts: readonly string[];
  /** On which everything is measured that can have more than one: TensorFlow.js' own kernels have one in Node. */
  readonly threads: number;
  /** Keys of runtimes. */
  readonly runtimes: readonly string[];
  /** Puts tables and plots into docs/. */
  readonly docs: boolean;
  /** Of a runtime: its title, the file that it writes, and whether it runs what takes long too. */
  readonly title: string;
  readonly out: string;
  readonly thorough: boolean;
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '');

/** Options of the command line. */
export function parseOptions(args = process.argv.slice(2)): BenchOptions {
  const {values} = parseArgs({
    args,
    options: {
      rounds: {type: 'string', default: '15'},
      only: {type: 'string', default: ''},
      parts: {type: 'string', default: PARTS.join()},
      runtimes: {type: 'string', default: ''},
      threads: {type: 'string', default: String(THREADS)},
      docs: {type: 'boolean', default: false},
      title: {type: 'string', default: ''},
      out: {type: 'string', default: ''},
      thorough: {type: 'boolean', default: false},
    },
  });
  const parts = listOf(values.parts);
  const unknown = parts.filter(part => !(PARTS as readonly string[]).includes(part));
  if (unknown.length > 0) throw new Error(`--parts are ${PARTS.join(', ')}; got ${unknown.join(', ')}`);
  for (const name of ['rounds', 'threads'] as const) {
    if (!/^[1-9]\d*$/.test(values[name])) throw new Error(`--${name} is a positive number; got ${values[name]}`);
  }
  if (
    values.docs &&
    (values.only !== '' || values.runtimes !== '' || parts.length < PARTS.length || values.threads !== '1')
  ) {
    throw new Error('--docs takes all of it: no --only, --parts, --runtimes or --threads');
  }
  return {
    ...values,
    rounds: Number(values.rounds),
    threads: Number(values.threads),
    parts,
    runtimes: listOf(values.runtimes),
  };
}
