import {median} from '../measure.js';
import {fixed, terminalTable} from '../table.js';
import {CASES, FIRST_CALLS} from './cases.js';
import type {CallTimes, StartTimes} from './process.js';

/** The calls that can be measured. */
export const NAMES: readonly string[] = CASES.map(({name}) => name);

/** What processes with either kind of kernels said. */
interface Sides<T> {
  readonly ours: readonly T[];
  readonly builtIn: readonly T[];
}

interface Row {
  readonly title: string;
  readonly unit: string;
  readonly ours: number;
  readonly builtIn: number;
}

/** The value below which a fifth of the processes are: others on the machine only ever add to a call's time. */
const lowerFifth = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 5)];

/** Calls from the third, each by its lower fifth. */
function sumOfCalls(processes: readonly CallTimes[]): number {
  let sum = 0;
  for (let call = 2; call < FIRST_CALLS; call++) sum += lowerFifth(processes.map(({calls}) => calls[call]));
  return sum;
}

const rowOf = <T>({ours, builtIn}: Sides<T>, title: string, unit: string, of: (all: readonly T[]) => number): Row => ({
  title,
  unit,
  ours: of(ours),
  builtIn: of(builtIn),
});

/** Rows of a call, in microseconds, by the lower fifth of the processes. */
export const callRows = (name: string, sides: Sides<CallTimes>): Row[] => [
  rowOf(sides, `${name}: first call`, 'us', all => lowerFifth(all.map(({calls}) => calls[0]))),
  rowOf(sides, `${name}: calls 3 to ${FIRST_CALLS}`, 'us', sumOfCalls),
  rowOf(sides, `${name}: steady state`, 'us', all => lowerFifth(all.map(({steady}) => steady))),
];

/** Rows of programs that start, in ms of processor time, by the median of the processes. */
export const startRows = (sides: Sides<StartTimes>): Row[] => [
  rowOf(sides, 'tiny model: backend, kernels and first prediction', 'ms', all => median(all.map(({setUp}) => setUp))),
  rowOf(sides, 'tiny model: the whole program', 'ms', all => median(all.map(({program}) => program))),
];

/** Ours beside the built-in ones. */
export const tableOf = (rows: readonly Row[]): string =>
  terminalTable(rows, [
    {title: 'call', text: true, cell: ({title}) => title},
    {title: 'unit', text: true, cell: ({unit}) => unit},
    {title: 'ours', cell: ({ours}) => fixed(ours, 1)},
    {title: 'built-in', cell: ({builtIn}) => fixed(builtIn, 1)},
    {title: 'ours over built-in', cell: ({ours, builtIn}) => fixed(ours / builtIn, 2, 'x')},
  ]);
