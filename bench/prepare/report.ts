import {median} from '../measure.js';
import {NETWORKS} from '../networks/networks.js';
import {fixed, terminalTable} from '../table.js';
import {STATES} from './times.js';
import type {State, Times} from './times.js';

export {STATES};

export const NAMES: readonly string[] = NETWORKS.map(({name}) => name);

/** A network on a backend's kernels, in several processes. */
interface Row {
  readonly backend: string;
  readonly network: string;
  readonly kernels: string;
  readonly state: State;
  readonly times: readonly Times[];
}

const medianOf = ({times}: Row, of: (times: Times) => number): number => median(times.map(of));

/** Medians over the processes; the smallest first prediction too, as others on the machine only ever add to it. */
export const tableOf = (rows: readonly Row[]): string =>
  terminalTable(rows, [
    {title: 'backend', text: true, cell: ({backend}) => backend},
    {title: 'network', text: true, cell: ({network}) => network},
    {title: 'kernels', text: true, cell: ({kernels}) => kernels},
    {title: 'state', text: true, cell: ({state}) => state},
    {
      title: 'prepare ms',
      cell: row =>
        fixed(
          medianOf(row, ({prepare}) => prepare),
          0,
        ),
    },
    {
      title: 'runs',
      cell: row =>
        fixed(
          medianOf(row, ({runs}) => runs),
          0,
        ),
    },
    {
      title: 'first ms',
      cell: row =>
        fixed(
          medianOf(row, ({first}) => first),
          1,
        ),
    },
    {title: 'smallest', cell: ({times}) => fixed(Math.min(...times.map(({first}) => first)), 1)},
    {
      title: 'later ms',
      cell: row =>
        fixed(
          medianOf(row, ({later}) => later),
          1,
        ),
    },
    {
      title: 'first over later',
      cell: row =>
        fixed(
          medianOf(row, ({first, later}) => first / later),
          2,
          'x',
        ),
    },
  ]);
