/** Peak memory of calls beside the built-in kernels, on Linux: bench/memory/process.ts measures each. */
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {OUT, writeSection} from '../docs.js';
import {jsonInTime} from '../json_process.js';
import {fixed, markdownTable, terminalTable} from '../table.js';
import type {Column} from '../table.js';
import {MEMORY_CALLS} from './calls.js';

const {values} = parseArgs({
  options: {
    backend: {type: 'string', default: 'wasm,cpu'},
    only: {type: 'string', default: ''},
    /** Seconds after which a call is given up. */
    seconds: {type: 'string', default: '100'},
    docs: {type: 'boolean', default: false},
  },
});

const MEBIBYTE = 2 ** 20;

const bytesOf = (shapes: ReadonlyArray<readonly number[]>): number =>
  4 * shapes.reduce((sum, shape) => sum + shape.reduce((all, size) => all * size, 1), 0);

interface Row {
  readonly backend: string;
  readonly name: string;
  readonly operands: number;
  readonly result: number;
  /** Bytes at most; null where it was not computed. */
  readonly ours: number | null;
  readonly builtin: number | null;
}

function measure(backend: string, kernels: 'ours' | 'built-in', name: string): number | null {
  const program = join(OUT, 'memory_process.mjs');
  const args = ['--expose-gc', program, backend, kernels, name];
  return jsonInTime<{bytes: number | null}>(Number(values.seconds) * 1000, args)?.bytes ?? null;
}

const rows: Row[] = [];
for (const backend of values.backend.split(',')) {
  for (const {name, inputs, output} of MEMORY_CALLS.filter(call => call.name.includes(values.only))) {
    const [ours, builtin] = (['ours', 'built-in'] as const).map(kernels => measure(backend, kernels, name));
    rows.push({backend, name, operands: bytesOf(Object.values(inputs)), result: bytesOf([output]), ours, builtin});
    console.error(`${backend}: ${name}`);
  }
}

const mebibytes = (bytes: number | null): string => fixed(bytes === null ? null : bytes / MEBIBYTE, 0);
const columns: ReadonlyArray<Column<Row>> = [
  {title: 'backend', text: true, cell: ({backend}) => backend},
  {title: 'call', text: true, cell: ({name}) => name},
  {title: 'operands MiB', cell: ({operands}) => mebibytes(operands)},
  {title: 'result MiB', cell: ({result}) => mebibytes(result)},
  {title: 'ours MiB', cell: ({ours}) => mebibytes(ours)},
  {title: 'built-in MiB', cell: ({builtin}) => mebibytes(builtin)},
];
console.log(terminalTable(rows, columns));
if (values.docs) writeSection('benchmarks_memory.md', 'memory', markdownTable(rows, columns));
